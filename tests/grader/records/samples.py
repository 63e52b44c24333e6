"""Small records for tests: a course with an assignment, students, what they hand in, and runs that are over."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from grader import bundle, records, results
from tests.grading import bundle_named
from tests.runs import PASSED, run_of

__all__ = ["MOMENT", "assignment", "graded_run", "person", "queued", "result_of", "submission", "take", "waiting_run"]

MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
SOURCE = b"def double(x):\n    return x + x\n"


def person(session: Session, name: str = "Ada") -> records.Person:
    """Return a new person."""
    somebody = records.Person(name=name, email=f"{uuid4().hex}@example.org")
    session.add(somebody)
    session.flush()
    return somebody


def assignment(session: Session, slug: str = "double") -> records.Assignment:
    """Return a new assignment in a course of its own, graded by the bundle `double`."""
    course = records.Course(slug=uuid4().hex, title="Machine learning")
    session.add(course)
    session.flush()
    version = records.keep_version(session, bundle_named("double"))
    task = records.Assignment(course_id=course.id, slug=slug, version_hash=version.hash)
    session.add(task)
    session.flush()
    return task


def submission(
    session: Session, student: records.Person, task: records.Assignment, source: bytes = SOURCE, kind: str = "submit"
) -> records.Submission:
    """Return a new submission of one file."""
    return records.hand_in(session, person=student, assignment=task, files={"double.py": source}, kind=kind)


def waiting_run(
    session: Session, student: records.Person, task: records.Assignment, lane: records.Lane = "interactive"
) -> records.Run:
    """Return a run that waits, of a submission of its own."""
    return records.ask_for_run(session, submission(session, student, task), lane=lane)


def queued(database: records.Database, lane: records.Lane = "interactive") -> str:
    """Store a student's run that waits, and return its id."""
    with database.write() as session:
        return waiting_run(session, person(session), assignment(session), lane).id


def take(database: records.Database, lane: records.Lane = "interactive", lease_seconds: float = 60) -> records.Taken:
    """Take a run that must be there."""
    with database.write() as session:
        taken = records.take(session, lane, "slot 1", lease_seconds)
    assert taken is not None
    return taken


def result_of(taken: records.Taken, *tests: results.TestResult, **changes: object) -> results.Run:
    """Return what grading a run that was taken may have found."""
    hashes = {"version": taken.version, "submission": bundle.Submission(taken.files).id}
    return run_of(*(tests or (PASSED,)), **hashes | changes)


def graded_run(session: Session, waiting: records.Run, taken_at: datetime, finished_at: datetime, slot: str) -> None:
    """Have a run that waits graded in a slot, between two moments."""
    waiting.state = "graded"
    waiting.turn = None
    waiting.slot = slot
    waiting.taken_at, waiting.finished_at = taken_at, finished_at
    session.flush()
