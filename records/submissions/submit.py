"""Submitting, and how many attempts that used."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment
from records.database.base import now as host_now
from records.people.models import Person
from records.submissions.models import Kind, Run, Submission
from records.versions.models import Version


def store_submission(
    session: Session,
    *,
    person: Person,
    assignment: Assignment,
    files: Mapping[str, bytes],
    kind: Kind = "submit",
    version: Version | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Submission:
    """Store what a student submitted.

    Args:
        session: one that writes.
        person: the student.
        assignment: what it is for.
        files: by name, as `grader.bundle.read_submission` took them in.
        kind: "submit", "check" for a try that is no attempt, or "trial" for one by staff.
        version: what to grade it by; None for the version in force.
        at: when; None for now by this host's clock.
        key: the sender's, which no other submission of theirs for this assignment has; None for none.

    Raises:
        ValueError: the assignment has no version yet.
    """
    version_hash = assignment.version_hash if version is None else version.hash
    if version_hash is None:
        raise ValueError(f"the assignment {assignment.slug} has no version yet")
    submission = Submission(
        assignment_id=assignment.id,
        person_id=person.id,
        version_hash=version_hash,
        kind=kind,
        content_hash=SubmittedFiles(files).id,
        files=dict(files),
        created_at=host_now() if at is None else at,
        key=key,
    )
    session.add(submission)
    session.flush()
    return submission


def attempts_used(session: Session, person: Person, assignment: Assignment) -> int:
    """Return how many of a student's submissions count as attempts: those graded or still underway, no checks.

    One whose grading ended as not graded is our fault, and no attempt.
    """
    runs = select(Run.id).where(Run.submission_id == Submission.id, Run.queue == "interactive")
    counted = or_(
        Submission.run_id.is_not(None),
        runs.where(Run.state != "not graded").exists(),
        ~runs.exists(),  # about to be queued, by the transaction that stored it
    )
    query = select(func.count()).where(
        Submission.person_id == person.id,
        Submission.assignment_id == assignment.id,
        Submission.kind == "submit",
        counted,
    )
    return session.scalars(query).one()


def last_files(session: Session, assignment_id: str, limit: int) -> dict[str, Mapping[str, bytes]]:
    """Return the files of each student's last submission, by its id, of at most `limit` students."""
    of_assignment = (Submission.assignment_id == assignment_id, Submission.kind == "submit")
    query = select(Submission.person_id, Submission.id).where(*of_assignment)
    in_order = query.order_by(Submission.created_at, Submission.id)
    last = {row.person_id: row.id for row in session.execute(in_order)}
    files = {}
    for submission_id in list(last.values())[:limit]:
        found = select(Submission.files).where(Submission.id == submission_id)
        files[submission_id] = session.scalars(found).one()
    return files
