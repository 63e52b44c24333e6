"""Pages are tried on SQLite, but for tests that are marked: see `databases`."""

from tests.web.databases import database_url, pytest_generate_tests

__all__ = ["database_url", "pytest_generate_tests"]
