"""Whether somebody may submit now: decided in the transaction that stores the submission, by the database's clock."""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.courses.lateness import is_closed
from records.courses.models import Assignment, Membership
from records.courses.policy import policy_for
from records.submissions.models import FINISHED, Kind, Run, Submission
from records.submissions.submit import attempts_used

MAX_UNDERWAY: Final = 5  # of one person at one assignment


class Refused(Exception):
    """Somebody may not submit now; the text says why, to them."""


def admit(
    session: Session, person_id: str, assignment: Assignment, asked: Literal["submit", "check"], now: datetime
) -> Kind:
    """Return as what a submission is taken in; until the transaction ends no other of this person is.

    Args:
        session: one that writes.
        person_id: who submits.
        assignment: for what.
        asked: what they ask for; what staff submit is a "trial", which counts for nothing.
        now: by the database's clock.

    Raises:
        Refused: they may not.
    """
    membership = _membership(session, person_id, assignment)
    if membership is None or (not membership.is_staff and assignment.visibility != "visible"):
        raise Refused("You are not enrolled in this course, or the assignment is not shown yet.")
    if assignment.version_hash is None:
        raise Refused("This assignment has no tests yet, so nothing can be graded.")
    _expect_few_underway(session, person_id, assignment)
    if membership.is_staff:
        return "trial" if asked == "submit" else "check"
    if assignment.opens_at is not None and now < assignment.opens_at:
        raise Refused("This assignment is not open yet.")
    if asked == "submit":
        _expect_room(session, membership, assignment, now)
    return asked


def admit_trial(session: Session, person_id: str, assignment: Assignment) -> Kind:
    """Return "trial" for staff who try a version out that need not be in force; arguments as of `admit`.

    Raises:
        Refused: they are no staff, or too much of theirs is being graded.
    """
    membership = _membership(session, person_id, assignment)
    if membership is None or not membership.is_staff:
        raise Refused("Only staff of this course try versions out.")
    _expect_few_underway(session, person_id, assignment)
    return "trial"


def taken_before(session: Session, person_id: str, assignment: Assignment, key: str) -> Run | None:
    """Return the first run of what was taken in by this key already; until the transaction ends nothing else is."""
    _membership(session, person_id, assignment)
    mine = (Submission.person_id == person_id, Submission.assignment_id == assignment.id, Submission.key == key)
    query = select(Run).join(Submission, Submission.id == Run.submission_id).where(*mine)
    return session.scalars(query.order_by(Run.queued_at).limit(1)).first()


def _membership(session: Session, person_id: str, assignment: Assignment) -> Membership | None:
    mine = (Membership.course_id == assignment.course_id, Membership.person_id == person_id)
    return session.scalar(select(Membership).where(*mine).with_for_update())


def _expect_few_underway(session: Session, person_id: str, assignment: Assignment) -> None:
    if _underway(session, person_id, assignment) >= MAX_UNDERWAY:
        raise Refused(f"{MAX_UNDERWAY} of your submissions are being graded. Please wait for one of them to finish.")


def _expect_room(session: Session, membership: Membership, assignment: Assignment, now: datetime) -> None:
    policy = policy_for(session, membership.person_id, assignment)
    if is_closed(policy, now):
        raise Refused("The due date has passed, so this cannot be submitted any more. Check still works.")
    used = attempts_used(session, membership.person, assignment)
    if policy.attempts and used >= policy.attempts:
        raise Refused(f"All {policy.attempts} attempts are used, so this cannot be submitted. Check still works.")


def _underway(session: Session, person_id: str, assignment: Assignment) -> int:
    mine = (Run.person_id == person_id, Run.assignment_id == assignment.id, Run.queue == "interactive")
    return session.scalar(select(func.count()).where(*mine, Run.state.not_in(FINISHED))) or 0
