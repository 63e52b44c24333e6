"""Submitting: one transaction that decides, stores the files and requests a run."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.bundle.submission import SubmittedFiles
from records.courses.members import by_enrolled
from records.courses.models import Assignment, Membership
from records.courses.policy import policy_for
from records.database.base import Queue
from records.database.base import now as host_now
from records.database.engine import clock
from records.people.models import Person
from records.queue.runs import request_run
from records.submissions.admission import SubmittedKind, accepted_kind, accepted_trial, attempts_used
from records.submissions.models import Kind, Run, Submission
from records.versions.models import Version


@dataclass(frozen=True)
class Receipt:
    """What was stored, and how many attempts that leaves.

    Attributes:
        submission_id, run_id: the submission, and the run that grades it.
        kind: the kind it was stored as.
        attempts_used: by this student at this assignment, this submission included.
        attempts_left: None where there is no limit.
    """

    submission_id: str
    run_id: str
    kind: Kind
    attempts_used: int
    attempts_left: int | None


def submit(
    session: Session,
    person_id: str,
    assignment_id: str,
    submission: SubmittedFiles,
    *,
    kind: SubmittedKind = "submit",
    queue: Queue = "interactive",
    version_hash: str | None = None,
    admitted: bool = False,
    key: str = "",
) -> Receipt:
    """Store a submission and request a run of it, if the rules allow it; lock this student's submissions until commit.

    Args:
        person_id, assignment_id, submission: who submits what, and for what.
        kind, queue: the kind asked for, and whose workers grade it; what staff submit is stored as a trial.
        version_hash: the version to grade by, for staff who try one out; None for the version in force.
        admitted: whether the rules are passed over, for an operator's try-out.
        key: idempotency key: the same files of the same kind, sent again with it, give the first receipt again.

    Raises:
        NotAllowed: the rules do not allow it; nothing is stored.
        LookupError: there is no such person or assignment.
    """
    person, assignment = session.get(Person, person_id), session.get(Assignment, assignment_id)
    if person is None or assignment is None:
        raise LookupError(f"there is no {'person' if person is None else 'assignment'} of this id")
    membership = _locked_membership(session, person_id, assignment)
    stored_key = _stored_key(key, kind, submission)
    if stored_key and (earlier := _run_by_key(session, person_id, assignment, stored_key)):
        return _receipt_of(session, earlier)
    now = clock(session)
    accepted: Kind = kind
    if version_hash:
        accepted = accepted_trial(session, membership, assignment)
    elif not admitted:
        accepted = accepted_kind(session, membership, assignment, kind, now)
    stored = store_submission(
        session,
        person=person,
        assignment=assignment,
        files=submission.files,
        kind=accepted,
        version=session.get_one(Version, version_hash) if version_hash else None,
        at=now,
        key=stored_key,
    )
    return _receipt_of(session, request_run(session, stored, queue=queue))


def _receipt_of(session: Session, run: Run) -> Receipt:
    """Return the receipt of a submission that a run was requested of."""
    submission = session.get_one(Submission, run.submission_id)
    used = attempts_used(session, run.person_id, submission.assignment)
    limit = policy_for(session, run.person_id, submission.assignment).attempts
    return Receipt(submission.id, run.id, submission.kind, used, max(0, limit - used) if limit else None)


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
    """Store what a student submitted, whatever the rules say.

    Args:
        files: by name, as `grader.bundle.submission.read_submission` accepted them.
        version: the version to grade by; None for the version in force.
        at: when; None for now by this host's clock.
        key: stored form of the idempotency key, unique among the student's submissions here; None for none.

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


def _locked_membership(session: Session, person_id: str, assignment: Assignment) -> Membership | None:
    mine = (Membership.course_id == assignment.course_id, Membership.person_id == person_id)
    return session.scalar(select(Membership).where(*mine).with_for_update())


def _stored_key(key: str, kind: str, submission: SubmittedFiles) -> str | None:
    # A page from the browser's history may send other files with the same key.
    return hashlib.sha256(f"{key} {kind} {submission.id}".encode()).hexdigest() if key else None


def _run_by_key(session: Session, person_id: str, assignment: Assignment, stored_key: str) -> Run | None:
    mine = (Submission.person_id == person_id, Submission.assignment_id == assignment.id, Submission.key == stored_key)
    query = select(Run).join(Submission, Submission.id == Run.submission_id).where(*mine)
    return session.scalars(query.order_by(Run.queued_at).limit(1)).first()


def last_files(
    session: Session, assignment_id: str, limit: int, *, withdrawn: bool = False
) -> dict[str, Mapping[str, bytes]]:
    """Return the files of each student's last submission, by its id, of at most `limit`; `withdrawn` ones if asked."""
    of_assignment = (Submission.assignment_id == assignment_id, Submission.kind == "submit")
    query = select(Submission.person_id, Submission.id).where(*of_assignment)
    if not withdrawn:
        query = query.where(by_enrolled())
    in_order = query.order_by(Submission.created_at, Submission.id)
    last = {row.person_id: row.id for row in session.execute(in_order)}
    files = {}
    for submission_id in list(last.values())[:limit]:
        found = select(Submission.files).where(Submission.id == submission_id)
        files[submission_id] = session.scalars(found).one()
    return files
