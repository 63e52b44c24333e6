"""Small records for tests: a course with an assignment, students, and what they hand in."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from grader import bundle, records, results
from tests.grading import bundle_named
from tests.runs import PASSED, run_of

__all__ = ["MOMENT", "assignment", "person", "result_of", "waiting_run"]

MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)


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


def waiting_run(
    session: Session,
    student: records.Person,
    task: records.Assignment,
    *,
    lane: records.Lane = "interactive",
    source: bytes = b"def double(x):\n    return x + x\n",
) -> records.Run:
    """Return a run that waits, of a submission of its own."""
    submission = records.hand_in(session, person=student, assignment=task, files={"double.py": source})
    return records.ask_for_run(session, submission, lane=lane)


def result_of(taken: records.Taken, *tests: results.TestResult, **changes: object) -> results.Run:
    """Return what grading a run that was taken may have found."""
    hashes = {"version": taken.version, "submission": bundle.Submission(taken.files).id}
    return run_of(*(tests or (PASSED,)), **hashes | changes)
