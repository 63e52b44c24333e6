"""What somebody has in a course: each assignment with policy and attempts, and what they submitted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.lookup import assignments_of
from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import Policy, policies_at
from records.database.engine import clock
from records.submissions.attempts import Attempt, active_attempt, attempts_of
from records.submissions.models import Kind, Submission


@dataclass(frozen=True)
class AssignmentOverview:
    """An assignment and what somebody submitted for it; `is_open` and `is_closed` are as of now."""

    assignment: Assignment
    attempts: list[Attempt]
    active: Attempt | None
    policy: Policy
    is_open: bool
    is_closed: bool

    @property
    def max_points(self) -> float:
        """The points of the tests that are shown, or of all while nothing is submitted."""
        return self.active.max_points if self.active else self.assignment.max_score


def assignment_overviews(session: Session, member: Member) -> list[AssignmentOverview]:
    """Return the assignments of a course that somebody may see; for staff, with their trials."""
    now = clock(session)
    person_id, staff = member.person_id, member.is_staff
    every = assignments_of(session, member.course.id)
    assignments = [one for one in every if staff or one.visibility == "visible"]
    kind: Kind = "trial" if staff else "submit"
    attempts = attempts_of(session, person_id, assignments, now, kinds=(kind,), staff=staff)
    policies = policies_at(session, assignments, person_id)
    overviews = []
    for assignment in assignments:
        policy, own = policies.of(person_id, assignment.id), attempts[assignment.id]
        opened, closed = policy.is_open_at(now), policy.is_closed_at(now)
        overviews.append(AssignmentOverview(assignment, own, active_attempt(own), policy, opened, closed))
    return overviews


def submissions_in_course(session: Session, member: Member) -> Sequence[Submission]:
    """Return all that somebody submitted in a course, with assignments and files, the oldest first."""
    query = (
        select(Submission)
        .join(Assignment)
        .where(Assignment.course_id == member.course.id, Submission.person_id == member.person_id)
        .order_by(Submission.created_at)
        .options(joinedload(Submission.assignment), undefer(Submission.files))
    )
    return session.scalars(query).all()


def submission_with_files(
    session: Session, assignment: Assignment, submission_id: str, person_id: str | None = None
) -> Submission | None:
    """Return a submission to an assignment, if given of this person, with its files; None if there is none such."""
    query = select(Submission).where(Submission.id == submission_id, Submission.assignment_id == assignment.id)
    if person_id is not None:
        query = query.where(Submission.person_id == person_id)
    return session.scalar(query.options(undefer(Submission.files), joinedload(Submission.person)))
