.PHONY: run test test-fast coverage check bench images setup services

# Two files at a time; each process has a Docker engine of its own.
PYTEST = .venv/bin/python -m pytest --numprocesses 2 --dist loadfile

run: setup ## Set up, and open the portal on a demo course; Ctrl-C ends it
	@.venv/bin/gradeloop up --demo

test: setup services ## Set up and run the whole test suite
	$(PYTEST)

test-fast: setup ## Run the tests that need no service: no Docker, PostgreSQL, Redis, browser or isolation
	$(PYTEST) -m "not service"

coverage: setup services ## Run the tests, and print which lines and branches they cover; ONLY='-m "not service"' for the fast ones
	$(PYTEST) $(ONLY) --cov --cov-report=
	@.venv/bin/python scripts/coverage-report

check: setup ## Lint, type-check, and hold imports to the rooms
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

bench: setup services ## Measure: a table, and build/bench.json
	.venv/bin/python -m tests.benchmarks

images: ## Build the images of the service into the Docker engine; BASE=debian where no image registry is reachable
	@scripts/images

setup:
	@scripts/setup

services:
	@scripts/setup-services
