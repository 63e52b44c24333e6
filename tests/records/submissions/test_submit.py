"""Submitting stores the files and requests a run, once for each idempotency key."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment, Membership
from records.database.engine import Database
from records.errors import NotAllowed
from records.people.models import Person
from records.queue.runs import request_run
from records.submissions import submit
from records.submissions.admission import Refusal
from records.submissions.models import Submission
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records.samples import SOURCE, assignment, person, submission

Student = tuple[Person, Assignment]  # and what they submit for


@pytest.fixture
def student(database: Database) -> Student:
    """A student and an assignment."""
    with database.write() as session:
        return person(session), assignment(session)


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


def test_an_assignment_without_a_version_accepts_nothing(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        task.version_hash = None
        with pytest.raises(ValueError, match="has no version yet"):
            submission(session, person(session), task)


FILES = SubmittedFiles({"double.py": SOURCE})


@pytest.fixture
def enrolled(database: Database, student: Student) -> Student:
    """A student who is in the assignment's course, where the assignment is visible."""
    with database.write() as session:
        session.add(Membership(course_id=student[1].course_id, person_id=student[0].id))
        session.get_one(Assignment, student[1].id).visibility = "visible"
    return student


def receipt(database: Database, student: Student, **options: Any) -> submit.Receipt:
    with database.write() as session:
        return submit.submit(session, student[0].id, student[1].id, FILES, **options)


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_receipt_says_what_is_left(database: Database, enrolled: Student) -> None:
    with database.write() as session:
        session.get_one(Assignment, enrolled[1].id).attempts = 3
    first = receipt(database, enrolled)
    assert (first.kind, first.attempts_used, first.attempts_left) == ("submit", 1, 2)
    check = receipt(database, enrolled, kind="check")
    assert (check.kind, check.attempts_used, check.attempts_left) == ("check", 1, 2)


def test_the_same_key_gives_the_first_receipt_again(database: Database, enrolled: Student) -> None:
    with database.write() as session:
        session.get_one(Assignment, enrolled[1].id).attempts = 1
    first = receipt(database, enrolled, key="of this click")
    assert receipt(database, enrolled, key="of this click") == first
    with pytest.raises(NotAllowed, match=str(Refusal.NO_ATTEMPTS_LEFT)):
        receipt(database, enrolled, key="of another click")
    assert count(database) == 1


def test_nothing_is_stored_of_what_is_not_allowed(database: Database, student: Student) -> None:
    with pytest.raises(NotAllowed, match="not enrolled"):
        receipt(database, student)
    with pytest.raises(NotAllowed, match="Only staff"):
        receipt(database, student, version_hash=bundle_named("double").version)
    assert count(database) == 0


def test_staff_submit_trials_whatever_the_policy(database: Database, enrolled: Student) -> None:
    with database.write() as session:
        session.get_one(Membership, (enrolled[1].course_id, enrolled[0].id)).role = "grader"
        task = session.get_one(Assignment, enrolled[1].id)
        task.visibility, task.opens_at = "hidden", datetime(2100, 1, 1, tzinfo=UTC)
    assert receipt(database, enrolled).kind == "trial"
    assert receipt(database, enrolled, version_hash=bundle_named("double").version).kind == "trial"
