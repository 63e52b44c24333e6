"""Verification: the gate that an assignment passes before it is published.

Theory of operation. `plan` turns a bundle into jobs: gradings of the reference, the starter, the right and wrong
answers with many seeds, of mutants of the reference, and of answers that return odd values. Somebody with benches runs
them, in any order; `Verification` takes the runs as they come, and `report` says which checks hold.
"""
