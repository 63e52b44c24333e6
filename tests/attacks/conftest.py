"""The portal is attacked on SQLite, but by tests that are marked: see `tests.web.databases`."""

from tests.web.databases import database_url, pytest_generate_tests

__all__ = ["database_url", "pytest_generate_tests"]
