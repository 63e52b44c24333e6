"""Courses and assignments, for programs."""

from typing import Any

from records.courses.memberships import memberships_of
from records.courses.policy import policy_for
from records.database.engine import clock
from records.errors import NotAllowed
from records.submissions.overview import AssignmentOverview, assignment_overviews
from records.submissions.rules import begin_refusal
from web.api.blueprint import bp, fails
from web.api.schemas import AssignmentOut, Assignments, Courses
from web.api.tokens import holder
from web.assignments.submitting import attempt_status
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires


@bp.get("/courses")
@requires(Permission.LOGGED_IN)
@bp.output(Courses)
@fails()
def list_courses() -> Any:
    """List the courses that the token's owner is in."""
    with services().database.read() as session:
        memberships = memberships_of(session, holder())
    return {"courses": [{"slug": one.course.slug, "title": one.course.title, "role": one.role} for one in memberships]}


@bp.get("/courses/<course>/assignments")
@requires(Permission.VIEW_COURSE)
@bp.output(Assignments)
@fails(404)
def list_assignments(course: str) -> Any:
    """List the assignments of a course, and how the token's owner stands at each."""
    with services().database.read() as session:
        member = current_member()
        overviews = assignment_overviews(session, member)
    return {"assignments": list(map(_assignment, overviews))}


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


def _assignment(overview: AssignmentOverview) -> dict[str, Any]:
    assignment = overview.assignment
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "due_at": overview.policy.due_at,
        "open_yet": overview.is_open,
        "closed": overview.is_closed,
        "submitted": len(overview.attempts),
        "points": overview.active.final_score if overview.active else None,
        "max_points": overview.max_points,
    }
