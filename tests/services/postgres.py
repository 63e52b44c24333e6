"""A PostgreSQL of the tests' own, and the `database` fixture: each test that takes it runs on both databases."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Self

import psycopg
import pytest

from records.database.engine import Database, open_database
from records.database.migrate import migrate
from tests.services.server import binary, start_server, stop_server, wait_until

__all__ = [
    "ON_POSTGRESQL",
    "ON_SQLITE",
    "Postgres",
    "database",
    "database_url",
    "empty_database",
    "postgres",
    "postgres_scratch",
]

# Marks for what only one of the two has.
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_PACKAGE = "postgresql"
_USER = "gradeloop"
_SCRATCH = "scratch"
_SQLITE = "sqlite:///"


class Postgres:
    """A server in a temporary folder, reached by a unix socket; as root it runs as the user `postgres`."""

    def __init__(self) -> None:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        self._initdb = binary("initdb", _PACKAGE, folders)
        self._server = binary("postgres", _PACKAGE, folders)
        self._owner = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="gradeloop-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        if self._owner:
            shutil.chown(self._folder, self._owner, self._owner)
        self._create()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()  # in order, it would first write all databases of the tests to the disk
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        data, folder = str(self._folder / "data"), str(self._folder)
        command = [self._server, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=200"]
        self._process = start_server(command, self._log, self._owner)
        wait_until(self._answers, f"PostgreSQL answers; see {self._log}")

    def stop(self) -> None:
        """Stop the server in order; connections are cut."""
        stop_server(self._process, signal.SIGINT)

    def kill(self) -> None:
        """Kill the server and its children, as a power cut would."""
        stop_server(self._process, signal.SIGKILL)

    def restart(self) -> None:
        """Stop the server in order and start it again."""
        self.stop()
        self.start()

    def url(self, name: str) -> str:
        """Create an empty database and return its URL."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._folder}"

    def empty(self, name: str) -> None:
        """Cut all connections to a database and remove what is in it; far quicker than another database."""
        with psycopg.connect(self._dsn(name), autocommit=True) as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _dsn(self, name: str) -> str:
        return f"host={self._folder} user={_USER} dbname={name} connect_timeout=5"

    def _create(self) -> None:
        data = str(self._folder / "data")
        command = [self._initdb, "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        code = start_server(command, self._log, self._owner).wait()
        assert code == 0, self._log.read_text()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._dsn("postgres")).close()
        except psycopg.OperationalError:
            assert self._process is not None
            assert self._process.poll() is None, self._log.read_text()
            return False
        return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The one PostgreSQL of all tests that do not harm it."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_scratch(postgres: Postgres) -> str:
    """The URL of the one database that tests use in turn."""
    return postgres.url(_SCRATCH)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    return empty_database(request, tmp_path)


def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of the kind that a fixture was asked for."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.db"
    url: str = request.getfixturevalue("postgres_scratch")
    request.getfixturevalue("postgres").empty(_SCRATCH)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with this release's tables, of each kind in turn."""
    if database_url.startswith(_SQLITE):
        shutil.copyfile(_migrated(), database_url.removeprefix(_SQLITE))
    database = open_database(database_url)
    if not database_url.startswith(_SQLITE):
        migrate(database)
    yield database
    database.close()


@cache
def _migrated() -> Path:
    """Return an SQLite database with this release's tables, made once in each process: to copy it is quicker."""
    path = Path(tempfile.mkdtemp(prefix="gradeloop-records-")) / "records.db"
    atexit.register(shutil.rmtree, path.parent)
    database = open_database(f"{_SQLITE}{path}")
    migrate(database)
    database.close()
    return path
