.PHONY: run test check bench setup

run: setup ## Set up, grade a sample submission of each assignment, print what a student would read
	@scripts/demo

test: setup ## Set up and run the whole test suite
	.venv/bin/python -m pytest

check: setup ## Lint and type-check
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: setup ## Measure: a table, and build/bench.json
	.venv/bin/python -m tests.benchmarks

setup:
	@scripts/setup
