"""Submitting, and what counts as an attempt."""

import pytest

from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment
from records.database.engine import Database
from records.people.models import Person
from records.queue.runs import complete_run, request_run
from records.submissions import submit
from records.submissions.models import Run
from records.submissions.submit import attempts_used
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records.samples import SOURCE, assignment, person, result_of, submission, take

Student = tuple[Person, Assignment]  # and what they submit for


@pytest.fixture
def student(database: Database) -> Student:
    """A student and an assignment."""
    with database.write() as session:
        return person(session), assignment(session)


def used(database: Database, student: Student) -> int:
    with database.read() as session:
        return attempts_used(session, *student)


def submit_files(database: Database, student: Student, kind: str = "submit") -> str:
    with database.write() as session:
        kept = submission(session, *student, kind=kind)
        return request_run(session, kept, queue="interactive").id


def end(database: Database, outcome: str) -> None:
    taken = take(database)
    score = 1.0 if outcome == "graded" else None
    with database.write() as session:
        assert complete_run(session, taken, result_of(taken, outcome=outcome, score=score))


def test_a_submission_knows_its_files_by_their_hash(database: Database, student: Student) -> None:
    with database.write() as session:
        kept = submission(session, *student)
    assert kept.content_hash == SubmittedFiles({"double.py": SOURCE}).id
    assert kept.version_hash == bundle_named("double").version
    assert kept.run_id is None


def test_a_submission_may_be_for_another_version_than_the_one_in_force(database: Database, student: Student) -> None:
    with database.write() as session:
        other = keep_version(session, bundle_named("target"))
        kept = submit.store_submission(
            session, person=student[0], assignment=student[1], files={"double.py": b""}, version=other
        )
        assert request_run(session, kept, queue="interactive").version_hash == other.hash


def test_an_assignment_without_a_version_takes_nothing(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        task.version_hash = None
        with pytest.raises(ValueError, match="has no version yet"):
            submission(session, person(session), task)


def test_attempts_are_those_underway_and_those_graded(database: Database, student: Student) -> None:
    assert used(database, student) == 0
    submit(database, student)
    assert used(database, student) == 1
    submit(database, student)
    end(database, "graded")
    assert used(database, student) == 2


def test_what_was_not_graded_uses_no_attempt(database: Database, student: Student) -> None:
    submit(database, student)
    end(database, "not graded")
    assert used(database, student) == 0


def test_what_was_not_graded_is_an_attempt_once_it_is_graded_after_all(database: Database, student: Student) -> None:
    run_id = submit(database, student)
    end(database, "not graded")
    with database.write() as session:
        request_run(session, session.get_one(Run, run_id).submission, queue="interactive")
    end(database, "graded")
    assert used(database, student) == 1


def test_a_rerun_is_no_second_attempt(database: Database, student: Student) -> None:
    run_id = submit(database, student)
    end(database, "graded")
    with database.write() as session:
        request_run(session, session.get_one(Run, run_id).submission, queue="background")
    assert used(database, student) == 1


def test_a_check_is_no_attempt(database: Database, student: Student) -> None:
    submit(database, student, kind="check")
    end(database, "graded")
    assert used(database, student) == 0


def test_attempts_of_others_and_at_other_assignments_do_not_count(database: Database, student: Student) -> None:
    with database.write() as session:
        other, task = person(session), assignment(session)
    submit(database, (other, student[1]))
    submit(database, (student[0], task))
    assert used(database, student) == 0
