"""On which databases a test runs: pages on SQLite; what asks the database in a way of its own is marked, for both."""

from pathlib import Path

import pytest

from tests.services.postgres import empty_database

__all__ = ["database_url", "pytest_generate_tests"]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of a kind that `pytest_generate_tests` chooses."""
    return empty_database(request, tmp_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases of a test: the records under the pages have tests of their own on both."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "database_url" in metafunc.fixturenames and not any("database_url" in mark.args for mark in marks):
        both = metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("database_url", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)
