.PHONY: run test check bench images setup services

run: setup ## Set up, and open the portal on a demo course; Ctrl-C ends it
	@.venv/bin/gradeloop up --demo

# Two files at a time; each process has a Docker engine of its own.
test: setup services ## Set up and run the whole test suite
	.venv/bin/python -m pytest --numprocesses 2 --dist loadfile

check: setup ## Lint and type-check
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: setup services ## Measure: a table, and build/bench.json
	.venv/bin/python -m tests.benchmarks

images: ## Build the images of the service into the Docker engine; BASE=debian where no image registry is reachable
	@scripts/images

setup:
	@scripts/setup

services:
	@scripts/setup-services
