"""The database: SQLite or PostgreSQL behind one interface, with separate transactions for reading and writing."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session

_Value = TypeVar("_Value")

_BUSY_SECONDS: Final = 15.0
_CONNECT_SECONDS: Final = 5
_POOL: Final = {"pool_size": 5, "max_overflow": 25, "pool_timeout": 15}  # a web process has a thread per live page
_BEGIN: Final = "gradeloop_begin"
_MOST_PARAMETERS: Final = 5_000  # of one statement

# SQLSTATE classes: connection, insufficient resources, operator intervention (a server that stops or starts).
_LOST_STATES: Final = ("08", "53", "57P")
_LOST_SQLITE: Final = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_LOCKED")


class DatabaseGone(Exception):
    """The database cannot be reached or cannot answer now; a write may or may not have happened."""


class Database:
    """The database; each process opens its own, after forking.

    Attributes:
        url: its address, with the password.
        engine: SQLAlchemy's engine.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)
        self._reader = self.engine.execution_options(**_reading(self.engine))
        self._writer = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session with a consistent snapshot, which cannot write.

        Raises:
            DatabaseGone: the database cannot be reached.
        """
        with _detecting_loss(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session of one transaction: committed at the end, rolled back on an error.

        Raises:
            DatabaseGone: the database cannot be reached; if it was lost during commit, the transaction may be stored.
        """
        with _detecting_loss(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at `sqlite:///PATH` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`; connects when used."""
    return Database(url)


def clock(session: Session) -> datetime:
    """Return the time by the database's clock, which all hosts share."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(UTC)


def try_lock(session: Session, name: int) -> bool:
    """Return whether no other transaction holds this lock, and hold it until commit; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(name))))


def chunks(values: Sequence[_Value], most: int = _MOST_PARAMETERS) -> Iterator[Sequence[_Value]]:
    """Yield values in chunks that fit into one statement."""
    for begin in range(0, len(values), most):
        yield values[begin : begin + most]


def insert(session: Session, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT with the ON CONFLICT methods of the session's database."""
    return (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(table)


def _reading(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {_BEGIN: "BEGIN"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _postgresql(url: str) -> Engine:
    connect = {"connect_timeout": _CONNECT_SECONDS}
    return create_engine(url, pool_pre_ping=True, connect_args=connect, hide_parameters=True, **_POOL)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True, **_POOL)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # else a REPLACE gets past the guards of what it removes
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    # Changing the journal does not wait for other connections as other statements do.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN)
    # A write in a reading session fails; otherwise it would be rolled back silently.
    connection.exec_driver_sql(f"PRAGMA query_only = {int(begin == 'BEGIN')}")
    connection.exec_driver_sql(begin or "BEGIN")


@contextmanager
def _detecting_loss() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _is_lost(error):
            raise DatabaseGone(str(error.orig)) from error
        raise
    except TimeoutError as error:
        raise DatabaseGone(str(error)) from error


def _is_lost(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return str(getattr(error.orig, "sqlite_errorname", "")).startswith(_LOST_SQLITE)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # not from the server: it could not be reached
        return isinstance(error, OperationalError)
    return str(state).startswith(_LOST_STATES)
