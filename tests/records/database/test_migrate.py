"""The migrations make just the tables that the models speak of, however many processes begin at once."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text

from records.database.base import Base
from records.database.engine import Database
from records.database.migrate import migrate
from records.people.models import Person

PROCESSES = 4
MIGRATES = """
import sys
from records.database.engine import open_database
from records.database.migrate import migrate
from records.queue.runs import runs_waiting

database = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate(database)
with database.read() as session:
    assert runs_waiting(session, "interactive") == 0
database.close()
"""


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_that_the_comparison_does_not_see_agree_too(database: Database) -> None:
    made = inspect(database.engine)
    for table in Base.metadata.tables.values():
        checks = {check["name"] for check in made.get_check_constraints(table.name)}
        assert checks == {check.name for check in table.constraints if isinstance(check, CheckConstraint)}


def test_a_course_that_was_there_before_time_zones_is_in_utc(database: Database) -> None:
    with database.write() as session:
        row = {"id": "a", "slug": "a", "title": "A", "created_at": "2026-01-01"}
        session.execute(
            text("INSERT INTO courses (id, slug, title, created_at) VALUES (:id, :slug, :title, :created_at)"), row
        )
    with database.read() as session:
        assert session.scalars(text("SELECT time_zone FROM courses")).all() == ["UTC"]


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(Person(name="Ada", email="ada@example.org"))
    migrate(database)
    with database.read() as session:
        assert session.scalars(text("SELECT name FROM people")).all() == ["Ada"]


def test_processes_that_migrate_at_once_wait_for_each_other(database_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", MIGRATES, database_url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert ends == [("", 0)] * PROCESSES
