"""Courses and assignments, for programs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from records.courses.models import Course, Enrolment
from records.database.engine import clock
from records.submissions.rules import Refused
from web.api.blueprint import fails, pages
from web.api.schemas import AssignmentOut, Assignments, Courses
from web.api.tokens import holder
from web.assignments.submitting import policy_of
from web.courses.views import Row, rows_of
from web.extensions import parts
from web.security.permissions import assignment_at, seat_in


@pages.get("/courses")
@pages.output(Courses)
@fails()
def list_courses() -> Any:
    """List the courses that the token's owner is in."""
    with parts().database.read() as session:
        mine = select(Enrolment).where(Enrolment.person_id == holder())
        joined = mine.join(Course).options(joinedload(Enrolment.course)).order_by(Course.title)
        enrolments = session.scalars(joined).all()
    return {"courses": [{"slug": one.course.slug, "title": one.course.title, "role": one.role} for one in enrolments]}


@pages.get("/courses/<course>/assignments")
@pages.output(Assignments)
@fails(404)
def list_assignments(course: str) -> Any:
    """List the assignments of a course, and how the token's owner stands at each."""
    with parts().database.read() as session:
        seat = seat_in(session, holder(), course)
        rows = rows_of(session, seat.course, holder(), staff=seat.is_staff)
    return {"assignments": list(map(_row, rows))}


@pages.get("/courses/<course>/assignments/<assignment>")
@pages.output(AssignmentOut)
@fails(404, 409)
def show_assignment(course: str, assignment: str) -> Any:
    """Show an assignment: its statement, what to begin with, and what holds for the token's owner now."""
    with parts().database.read() as session:
        seat = seat_in(session, holder(), course)
        found = assignment_at(session, seat, assignment)
        now = clock(session)
        if found.version_hash is None:
            raise Refused("This assignment has no tests yet, so nothing can be graded.")
        if not seat.is_staff and found.opens_at and now < found.opens_at:
            raise Refused("This assignment is not open yet.")
        bundle = parts().bundles.of(found.version_hash)
        policy = policy_of(session, seat, found, now)
    return {
        "course": course,
        "slug": found.slug,
        "title": bundle.manifest.title,
        "summary": bundle.manifest.summary,
        "topics": bundle.manifest.topics,
        "statement": bundle.prompt,
        "starter": {name: data.decode() for name, data in bundle.starter.items()},
        "readable": bundle.readable,
        "policy": {**vars(policy), "left": policy.left, "counting": found.counting},
    }


def _row(row: Row) -> dict[str, Any]:
    assignment = row.assignment
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "due_at": row.terms.due_at,
        "open_yet": row.open_yet,
        "closed": row.closed,
        "submitted": len(row.attempts),
        "points": row.counting.worth if row.counting else None,
        "max_points": row.max_points,
    }
