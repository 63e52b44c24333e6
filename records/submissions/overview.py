"""The assignments of a course as one of its people sees them: policy, attempts, and the active one."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment, Course
from records.courses.policy import Policy, policies_at
from records.database.engine import clock
from records.submissions.models import Kind
from records.submissions.scores import Attempt, active_attempt, attempts_of


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
        version = self.assignment.version
        return self.active.max_points if self.active else (version.max_score if version else 0.0)


def assignment_overviews(session: Session, course: Course, person_id: str, *, staff: bool) -> list[AssignmentOverview]:
    """Return the assignments of a course that somebody may see; for staff, with their trials."""
    now = clock(session)
    query = (
        select(Assignment)
        .where(Assignment.course_id == course.id)
        .options(joinedload(Assignment.version))
        .order_by(Assignment.position, Assignment.created_at)
    )
    assignments = [one for one in session.scalars(query) if staff or one.visibility == "visible"]
    kind: Kind = "trial" if staff else "submit"
    attempts = attempts_of(session, person_id, assignments, now, kinds=(kind,), staff=staff)
    policies = policies_at(session, assignments, person_id)
    overviews = []
    for assignment in assignments:
        policy, own = policies.of(person_id, assignment.id), attempts[assignment.id]
        opened, closed = policy.is_open_at(now), policy.is_closed_at(now)
        overviews.append(AssignmentOverview(assignment, own, active_attempt(own), policy, opened, closed))
    return overviews
