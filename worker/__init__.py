"""Benches and their walls: the processes that grading happens in, and what stands around them."""
