"""Courses as their people see them: which there are, and how far somebody is in one."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.members import Member
from records.courses.models import Assignment, Course, Membership
from records.courses.policy import Policy, policies_at
from records.database.engine import clock
from records.submissions import scores
from records.submissions.models import Kind, Submission
from records.submissions.scores import Attempt, attempts_of
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.security.session import user
from web.submissions.notices import notices_of
from web.ui.zip import archive_of

bp = Blueprint("courses", __name__)


@dataclass(frozen=True)
class Row:
    """An assignment in a course, and how somebody stands there."""

    assignment: Assignment
    attempts: list[Attempt]
    active: Attempt | None
    policy: Policy
    closed: bool
    open_yet: bool

    @property
    def max_points(self) -> float:
        """The points that may be had, as far as they are shown."""
        version = self.assignment.version
        return self.active.max_points if self.active else (version.max_score if version else 0.0)


@bp.get("/")
@requires(Permission.LOGGED_IN)
def index() -> Any:
    """List somebody's courses; who has only one is taken there."""
    with services().database.read() as session:
        mine = select(Membership).where(Membership.person_id == user().person_id)
        joined = mine.join(Course).options(joinedload(Membership.course)).order_by(Course.title)
        memberships = session.scalars(joined).all()
    return render_template("courses/index.html", memberships=memberships, breadcrumbs=None)


@bp.get("/courses/<course>")
@requires(Permission.VIEW_COURSE)
def show(course: str) -> Any:
    """Show a course: its assignments, and how far somebody is."""
    with services().database.read() as session:
        member = current_member()
        rows = rows_of(session, member)
        notices = notices_of(session, member, clock(session))
    breadcrumbs = [("Courses", url_for("courses.index")), (member.course.title, None)]
    return render_template(
        "courses/show.html", member=member, course=member.course, rows=rows, notices=notices, breadcrumbs=breadcrumbs
    )


@bp.get("/courses/<course>/download")
@requires(Permission.VIEW_COURSE)
def download(course: str) -> Response:
    """Send all that somebody has submitted in a course."""
    with services().database.read() as session:
        member = current_member()
        query = (
            select(Submission)
            .join(Assignment)
            .where(Assignment.course_id == member.course.id, Submission.person_id == user().person_id)
            .order_by(Submission.created_at)
            .options(joinedload(Submission.assignment), undefer(Submission.files))
        )
        return archive_of(session.scalars(query).all(), member.course.slug)


def rows_of(session: Session, member: Member) -> list[Row]:
    """Return how somebody stands at each assignment of their course that they may see."""
    person_id, staff = member.person_id, member.is_staff
    now = clock(session)
    query = (
        select(Assignment)
        .where(Assignment.course_id == member.course.id)
        .options(joinedload(Assignment.version))
        .order_by(Assignment.position, Assignment.created_at)
    )
    assignments = [one for one in session.scalars(query) if staff or one.visibility == "visible"]
    kind: Kind = "trial" if staff else "submit"
    attempts = attempts_of(session, person_id, assignments, now, kinds=(kind,), staff=staff)
    policies = policies_at(session, assignments, person_id)
    return [
        Row(
            assignment,
            attempts[assignment.id],
            scores.active_attempt(attempts[assignment.id]),
            policies.of(person_id, assignment.id),
            policies.of(person_id, assignment.id).is_closed_at(now),
            policies.of(person_id, assignment.id).is_open_at(now),
        )
        for assignment in assignments
    ]
