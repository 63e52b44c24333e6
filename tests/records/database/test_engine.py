"""Transactions that say whether they write, and a database that goes away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from records.database.engine import Database, DatabaseGone, clock, open_database
from records.database.migrate import migrate
from records.people.models import Person
from tests.records.samples import person, queued, take
from tests.services.postgres import ON_SQLITE, Postgres


def people(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(Person)).one()


def test_what_is_written_is_there_when_the_block_ends(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
    assert ada.name == "Ada"  # and what was read is still at hand
    assert people(database) == 1


def test_an_error_takes_back_all_that_was_written(database: Database) -> None:
    def give_up(session: Session) -> None:
        person(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.write() as session:
        give_up(session)
    assert people(database) == 0


def test_a_look_sees_one_moment(database: Database) -> None:
    with database.read() as looking:
        before = looking.scalars(select(func.count()).select_from(Person)).one()
        with database.write() as session:
            person(session)
        after = looking.scalars(select(func.count()).select_from(Person)).one()
    assert before == after == 0
    assert people(database) == 1


def test_a_look_does_not_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as session:
        person(session)
    with database.write() as session:
        person(session)


@ON_SQLITE
def test_sqlite_keeps_a_write_ahead_log_checks_references_and_syncs(database: Database) -> None:
    with database.read() as session:
        settings = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")]
    assert settings == ["wal", 1, 2]


def test_the_clock_is_aware_and_goes_forward(database: Database) -> None:
    with database.write() as session:
        moments = [clock(session) for _ in range(3)]
    assert moments == sorted(moments)
    assert {moment.utcoffset().total_seconds() for moment in moments if moment.utcoffset() is not None} == {0.0}


@pytest.mark.parametrize("url", ["sqlite:///{folder}/none/records.db", "postgresql+psycopg://u@/n?host={folder}"])
def test_a_database_that_is_not_there_is_gone(url: str, tmp_path: Path) -> None:
    database = open_database(url.format(folder=tmp_path))
    with pytest.raises(DatabaseGone):
        people(database)
    with pytest.raises(DatabaseGone):
        migrate(database)
    database.close()


def test_a_mistake_of_ours_is_not_mistaken_for_a_database_that_is_gone(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nothing"), database.read() as session:
        session.execute(text("SELECT * FROM nothing"))


@pytest.fixture
def fragile_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that a test may harm."""
    with Postgres() as server:
        yield server


def test_a_server_that_dies_is_gone_and_is_found_again(fragile_postgres: Postgres) -> None:
    database = open_database(fragile_postgres.url("records"))
    migrate(database)
    run_id = queued(database)

    def write_while_it_dies(session: Session) -> None:
        person(session)
        fragile_postgres.kill()
        person(session)

    with pytest.raises(DatabaseGone), database.write() as session:
        write_while_it_dies(session)
    with pytest.raises(DatabaseGone):
        people(database)
    fragile_postgres.start()
    assert people(database) == 1
    assert take(database).id == run_id
    fragile_postgres.restart()
    assert people(database) == 1  # although the pool's connection was cut
    database.close()
