"""Whether somebody may submit now, and what is left to them: the only place that decides it.

There is one sentence for each reason.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Assignment, Membership
from records.courses.policy import Policy, policy_for
from records.errors import NotAllowed
from records.submissions.models import FINISHED, Kind, Run, Submission

MAX_UNDERWAY: Final = 5  # of one person at one assignment

SubmittedKind = Literal["submit", "check"]


class Refusal(StrEnum):
    """Why something may not be submitted: a sentence that says what still works."""

    NOT_A_MEMBER = "You are not enrolled in this course, or the assignment is not visible yet. Ask your instructor."
    WITHDRAWN = (
        "You have withdrawn from this course, so nothing can be submitted. Ask your instructor to enrol you again."
    )
    STAFF_ONLY = "Only staff of this course try versions out. Submit on the assignment's page instead."
    NO_VERSION = "This assignment has no tests yet, so nothing can be graded. Come back when it is published."
    TOO_MANY_UNDERWAY = f"{MAX_UNDERWAY} of your submissions are being graded. Please wait for one of them to finish."
    NOT_OPEN_YET = "This assignment is not open yet. Submit and Check work once it opens."
    PAST_DUE = "The due date has passed, so this cannot be submitted any more. Check still works."
    NO_ATTEMPTS_LEFT = "All attempts are used, so this cannot be submitted any more. Check still works."


def refusal(policy: Policy, attempts_used: int, now: datetime, kind: SubmittedKind = "submit") -> Refusal | None:
    """Return why a student's policy does not allow a submission now, or None; checks need only an open assignment."""
    if not policy.is_open_at(now):
        return Refusal.NOT_OPEN_YET
    if kind == "check":
        return None
    if policy.is_closed_at(now):
        return Refusal.PAST_DUE
    if policy.attempts and attempts_used >= policy.attempts:
        return Refusal.NO_ATTEMPTS_LEFT
    return None


def begin_refusal(assignment: Assignment, policy: Policy, now: datetime, *, staff: bool) -> Refusal | None:
    """Return why an assignment may not be read and begun yet, or None; staff may begin before it opens."""
    if assignment.version_hash is None:
        return Refusal.NO_VERSION
    return None if staff or policy.is_open_at(now) else Refusal.NOT_OPEN_YET


@dataclass(frozen=True)
class AttemptStatus(Policy):
    """A policy, and where somebody stands by it now.

    Attributes:
        used: attempts, see `attempts_used`.
        cost_now_percent: what lateness takes off a submission of this moment.
        closed: why nothing can be submitted now, as a sentence; "" while it can.
    """

    used: int
    cost_now_percent: float
    closed: str

    @property
    def left(self) -> int | None:
        """The attempts that are left, None where there is no limit."""
        return max(0, self.attempts - self.used) if self.attempts else None


def attempt_status(session: Session, member: Member, assignment: Assignment, now: datetime) -> AttemptStatus:
    """Return where somebody stands; nothing is closed to staff, whose submissions do not count."""
    used = attempts_used(session, member.person_id, assignment)
    policy = policy_for(session, member.person_id, assignment)
    closed = Refusal.WITHDRAWN if member.withdrawn else None if member.is_staff else refusal(policy, used, now)
    return AttemptStatus(**vars(policy), used=used, cost_now_percent=policy.percent_off(now), closed=str(closed or ""))


def accepted_kind(
    session: Session, membership: Membership | None, assignment: Assignment, kind: SubmittedKind, now: datetime
) -> Kind:
    """Return the kind that a submission is stored as; what staff submit is a "trial", which counts for nothing.

    Whoever submits holds the lock of their membership, which is None for somebody outside the course.

    Raises:
        NotAllowed: with the sentence of a `Refusal`.
    """
    if membership is None or (not membership.is_staff and assignment.visibility != "visible"):
        raise NotAllowed(Refusal.NOT_A_MEMBER)
    if membership.withdrawn_at is not None:
        raise NotAllowed(Refusal.WITHDRAWN)
    policy = policy_for(session, membership.person_id, assignment)
    reason = begin_refusal(assignment, policy, now, staff=membership.is_staff)
    if reason is None and count_underway(session, membership.person_id, assignment) >= MAX_UNDERWAY:
        reason = Refusal.TOO_MANY_UNDERWAY
    if reason is None and not membership.is_staff:
        reason = refusal(policy, attempts_used(session, membership.person_id, assignment), now, kind)
    if reason is not None:
        raise NotAllowed(reason)
    return "trial" if membership.is_staff and kind == "submit" else kind


def accepted_trial(session: Session, membership: Membership | None, assignment: Assignment) -> Kind:
    """Return "trial" for staff who try out a version, which need not be in force; arguments as of `accepted_kind`.

    Raises:
        NotAllowed: with the sentence of a `Refusal`.
    """
    if membership is None or not membership.is_staff:
        raise NotAllowed(Refusal.STAFF_ONLY)
    if count_underway(session, membership.person_id, assignment) >= MAX_UNDERWAY:
        raise NotAllowed(Refusal.TOO_MANY_UNDERWAY)
    return "trial"


def attempts_used(session: Session, person_id: str, assignment: Assignment) -> int:
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
        Submission.person_id == person_id,
        Submission.assignment_id == assignment.id,
        Submission.kind == "submit",
        counted,
    )
    return session.scalars(query).one()


def count_underway(session: Session, person_id: str, assignment: Assignment) -> int:
    """Return how many of somebody's submissions to an assignment are waiting or being graded."""
    mine = (Run.person_id == person_id, Run.assignment_id == assignment.id, Run.queue == "interactive")
    return session.scalar(select(func.count()).where(*mine, Run.state.not_in(FINISHED))) or 0
