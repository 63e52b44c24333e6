"""Small records for tests: a course with an assignment, students, what they submit, and runs that are over."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult, TestResult
from records.courses.models import Assignment, Course
from records.database.base import Queue
from records.database.engine import Database
from records.people.models import Person
from records.queue import runs
from records.queue.runs import ClaimedRun, request_run
from records.submissions.models import Run, Submission
from records.submissions.submit import store_submission
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.runs import PASSED, run_of

__all__ = ["MOMENT", "assignment", "graded_run", "person", "queued", "result_of", "submission", "take", "waiting_run"]

MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
SOURCE = b"def double(x):\n    return x + x\n"


def person(session: Session, name: str = "Ada") -> Person:
    """Return a new person."""
    somebody = Person(name=name, email=f"{uuid4().hex}@example.org")
    session.add(somebody)
    session.flush()
    return somebody


def assignment(session: Session, slug: str = "double") -> Assignment:
    """Return a new assignment in a course of its own, graded by the bundle `double`."""
    course = Course(slug=uuid4().hex, title="Machine learning")
    session.add(course)
    session.flush()
    version = keep_version(session, bundle_named("double"))
    task = Assignment(course_id=course.id, slug=slug, version_hash=version.hash)
    session.add(task)
    session.flush()
    return task


def submission(
    session: Session, student: Person, task: Assignment, source: bytes = SOURCE, kind: str = "submit"
) -> Submission:
    """Return a new submission of one file."""
    return store_submission(session, person=student, assignment=task, files={"double.py": source}, kind=kind)


def waiting_run(session: Session, student: Person, task: Assignment, queue: Queue = "interactive") -> Run:
    """Return a run that waits, of a submission of its own."""
    return request_run(session, submission(session, student, task), queue=queue)


def queued(database: Database, queue: Queue = "interactive") -> str:
    """Store a student's run that waits, and return its id."""
    with database.write() as session:
        return waiting_run(session, person(session), assignment(session), queue).id


def take(database: Database, queue: Queue = "interactive", lease_seconds: float = 60) -> ClaimedRun:
    """Claim a run that must be there."""
    with database.write() as session:
        claimed = runs.claim_run(session, queue, "slot 1", lease_seconds)
    assert claimed is not None
    return claimed


def result_of(claimed: ClaimedRun, *tests: TestResult, **changes: object) -> RunResult:
    """Return what grading a run that was claimed may have found."""
    hashes = {"version": claimed.version, "submission": SubmittedFiles(claimed.files).id}
    return run_of(*(tests or (PASSED,)), **hashes | changes)


def graded_run(session: Session, waiting: Run, claimed_at: datetime, finished_at: datetime, slot: str) -> None:
    """Have a run that waits graded in a slot, between two moments."""
    waiting.state = "graded"
    waiting.fairness_key = None
    waiting.slot = slot
    waiting.claimed_at, waiting.finished_at = claimed_at, finished_at
    session.flush()
