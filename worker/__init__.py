"""Benches and their isolation: the processes that grading happens in, and what stands around them."""
