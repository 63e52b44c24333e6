"""What must never change is refused by the database itself, whoever asks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from records.database.engine import Database
from records.queue.runs import complete_run
from records.submissions.models import Run, RunTest, Submission
from records.versions.models import Version, keep_version
from tests.grading import bundle_named
from tests.records.samples import queued, result_of, take
from tests.runs import DRAWN, FAILED, PASSED
from tests.services.postgres import ON_POSTGRESQL, ON_SQLITE

CHANGES = {
    "state": "queued",
    "score": 100.0,
    "max_score": 1.0,
    "message": "well done",
    "seed": 1,
    "duration_ms": 1.0,
    "peak_memory_mib": 1.0,
    "tries": 0,
    "version_hash": "0" * 64,
    "slot": "another",
}


@pytest.fixture(params=["graded", "not graded"])
def finished(database: Database, request: pytest.FixtureRequest) -> Iterator[tuple[Database, str]]:
    """A database with a finished run of two tests, and a run that waits."""
    run_id = queued(database)
    taken = take(database)
    result = result_of(taken, PASSED, FAILED)
    if request.param == "not graded":
        result = result_of(taken, PASSED, FAILED, outcome="not graded", score=None)
    with database.write() as session:
        complete_run(session, run_id, taken.claim, result)
    queued(database)
    return database, run_id


def test_a_finished_run_is_never_changed(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    for column, value in CHANGES.items():
        change = update(Run).where(Run.id == run_id).values({column: value})
        with pytest.raises(IntegrityError, match="a finished run is never changed"), database.write() as session:
            session.execute(change)


def test_a_finished_run_is_never_removed(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    with pytest.raises(IntegrityError, match="a finished run is never removed"), database.write() as session:
        session.execute(delete(Run).where(Run.id == run_id))


def test_the_tests_of_a_finished_run_are_never_changed(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    of_run = RunTest.run_id == run_id
    moved = text("INSERT INTO run_tests SELECT * FROM run_tests WHERE position = 0")
    for statement in (
        update(RunTest).where(of_run).values(points=5.0),
        update(RunTest).where(of_run).values(message="well done"),
        delete(RunTest).where(of_run),
        moved,
    ):
        with pytest.raises(IntegrityError, match="test results of a finished run"), database.write() as session:
            session.execute(statement)


def test_run_tests_do_not_move_into_a_finished_run(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    taken = take(database)
    values = {"run_id": taken.run_id, "position": 9, "name": "n", "title": "t", "points": 9.0, "max_points": 9.0}
    values |= {"outcome": "passed", "visibility": "visible", "message": "", "output": "", "duration_ms": 0.0}
    with database.write() as session:
        session.execute(insert(RunTest).values(values))
    of_other = RunTest.run_id == taken.run_id
    with pytest.raises(IntegrityError, match="test results of a finished run"), database.write() as session:
        session.execute(update(RunTest).where(of_other).values(run_id=run_id))


@ON_SQLITE
def test_a_finished_run_is_not_replaced_either(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    statements = (
        f"INSERT OR REPLACE INTO runs SELECT * FROM runs WHERE id = '{run_id}'",
        f"UPDATE OR REPLACE runs SET id = '{run_id}' WHERE state = 'queued'",
        "INSERT OR REPLACE INTO run_tests SELECT * FROM run_tests",
    )
    for statement in statements:
        with pytest.raises(IntegrityError, match="finished run"), database.write() as session:
            session.execute(text(statement))


@ON_POSTGRESQL
@pytest.mark.parametrize("table", ["runs", "run_tests", "audit_log", "versions"])
def test_tables_are_never_emptied(database: Database, table: str) -> None:
    with pytest.raises(IntegrityError, match="never emptied"), database.write() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_what_was_submitted_is_never_changed_but_the_grade_may(finished: tuple[Database, str]) -> None:
    database, run_id = finished
    with pytest.raises(IntegrityError, match="what was submitted"), database.write() as session:
        session.execute(update(Submission).values(files={"double.py": b""}))
    with database.write() as session:
        submission = session.get_one(Run, run_id).submission
        submission.run_id = None
        session.flush()
        submission.run_id = run_id


def test_a_run_without_an_end_has_no_result(database: Database) -> None:
    run_id = queued(database)
    with database.read() as session, pytest.raises(ValueError, match="is queued"):
        session.get_one(Run, run_id).result()


@pytest.mark.parametrize("tests", [(), (PASSED,), (PASSED, FAILED), (DRAWN,)])
def test_a_run_comes_back_as_it_was_finished(database: Database, tests: tuple[object, ...]) -> None:
    run_id = queued(database)
    taken = take(database)
    result = result_of(taken, *tests, message="Nothing could be called.", seed=2**62 + 1, peak_memory_mib=80.1)
    with database.write() as session:
        complete_run(session, run_id, taken.claim, result)
    with database.read() as session:
        assert session.get_one(Run, run_id).result() == result


def test_versions_are_never_changed(database: Database) -> None:
    with database.write() as session:
        keep_version(session, bundle_named("double"))
    with pytest.raises(IntegrityError, match="a version is never changed"), database.write() as session:
        session.execute(update(Version).values(max_score=100.0))
