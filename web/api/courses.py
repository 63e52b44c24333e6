"""Courses and assignments, for programs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from records.courses.models import Course, Membership
from records.courses.policy import policy_for
from records.database.engine import clock
from records.errors import NotAllowed
from records.submissions.rules import begin_refusal
from web.api.blueprint import bp, fails
from web.api.schemas import AssignmentOut, Assignments, Courses
from web.api.tokens import holder
from web.assignments.submitting import attempt_status
from web.courses.views import Row, rows_of
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires


@bp.get("/courses")
@requires(Permission.LOGGED_IN)
@bp.output(Courses)
@fails()
def list_courses() -> Any:
    """List the courses that the token's owner is in."""
    with services().database.read() as session:
        mine = select(Membership).where(Membership.person_id == holder())
        joined = mine.join(Course).options(joinedload(Membership.course)).order_by(Course.title)
        memberships = session.scalars(joined).all()
    return {"courses": [{"slug": one.course.slug, "title": one.course.title, "role": one.role} for one in memberships]}


@bp.get("/courses/<course>/assignments")
@requires(Permission.VIEW_COURSE)
@bp.output(Assignments)
@fails(404)
def list_assignments(course: str) -> Any:
    """List the assignments of a course, and how the token's owner stands at each."""
    with services().database.read() as session:
        member = current_member()
        rows = rows_of(session, member)
    return {"assignments": list(map(_row, rows))}


@bp.get("/courses/<course>/assignments/<assignment>")
@requires(Permission.VIEW_COURSE)
@bp.output(AssignmentOut)
@fails(404, 409)
def show_assignment(course: str, assignment: str) -> Any:
    """Show an assignment: its statement, what to begin with, and what holds for the token's owner now."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        now = clock(session)
        reason = begin_refusal(found, policy_for(session, holder(), found), now, staff=member.is_staff)
        if reason is not None:
            raise NotAllowed(reason)
        assert found.version_hash is not None
        bundle = services().bundles.of(found.version_hash)
        policy = attempt_status(session, member, found, now)
    return {
        "course": course,
        "slug": found.slug,
        "title": bundle.manifest.title,
        "summary": bundle.manifest.summary,
        "topics": bundle.manifest.topics,
        "statement": bundle.prompt,
        "starter": {name: data.decode() for name, data in bundle.starter.items()},
        "readable": bundle.readable,
        "policy": {**vars(policy), "left": policy.left, "active": found.active_rule},
    }


def _row(row: Row) -> dict[str, Any]:
    assignment = row.assignment
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "due_at": row.policy.due_at,
        "open_yet": row.open_yet,
        "closed": row.closed,
        "submitted": len(row.attempts),
        "points": row.active.final_score if row.active else None,
        "max_points": row.max_points,
    }
