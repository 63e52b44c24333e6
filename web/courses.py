"""Courses as their people see them: which there are, and how far somebody is in one."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from grader import records
from web.access import seat_in
from web.archives import archive_of
from web.notices import notices_of
from web.parts import parts
from web.session import user

__all__ = ["Row", "pages", "rows_of"]

pages = Blueprint("courses", __name__)


@dataclass(frozen=True)
class Row:
    """An assignment in a course, and how somebody stands there."""

    assignment: records.Assignment
    attempts: list[records.Attempt]
    counting: records.Attempt | None
    terms: records.Terms
    closed: bool
    open_yet: bool

    @property
    def max_points(self) -> float:
        """The points that may be had, as far as they are shown."""
        version = self.assignment.version
        return self.counting.max_points if self.counting else (version.max_score if version else 0.0)


@pages.get("/")
def index() -> Any:
    """List somebody's courses; who has only one is taken there."""
    with parts().database.read() as session:
        mine = select(records.Enrolment).where(records.Enrolment.person_id == user().person_id)
        joined = mine.join(records.Course).options(joinedload(records.Enrolment.course)).order_by(records.Course.title)
        enrolments = session.scalars(joined).all()
    return render_template("courses.html", enrolments=enrolments, crumbs=None)


@pages.get("/courses/<course>")
def show(course: str) -> Any:
    """Show a course: its assignments, and how far somebody is."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        rows = rows_of(session, seat.course, user().person_id, staff=seat.is_staff)
        notices = notices_of(session, seat, records.clock(session))
    crumbs = [("Courses", url_for("courses.index")), (seat.course.title, None)]
    return render_template("course.html", seat=seat, course=seat.course, rows=rows, notices=notices, crumbs=crumbs)


@pages.get("/courses/<course>/download")
def download(course: str) -> Response:
    """Send all that somebody has handed in in a course."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        query = (
            select(records.Submission)
            .join(records.Assignment)
            .where(records.Assignment.course_id == seat.course.id, records.Submission.person_id == user().person_id)
            .order_by(records.Submission.created_at)
            .options(joinedload(records.Submission.assignment), undefer(records.Submission.files))
        )
        return archive_of(session.scalars(query).all(), seat.course.slug)


def rows_of(session: Session, course: records.Course, person_id: str, *, staff: bool) -> list[Row]:
    """Return how somebody stands at each assignment of a course that may be seen."""
    now = records.clock(session)
    query = (
        select(records.Assignment)
        .where(records.Assignment.course_id == course.id)
        .options(joinedload(records.Assignment.version))
        .order_by(records.Assignment.position, records.Assignment.created_at)
    )
    assignments = [one for one in session.scalars(query) if staff or one.visibility == "visible"]
    kind: records.Kind = "trial" if staff else "submit"
    attempts = records.attempts_of(session, person_id, assignments, now, kinds=(kind,), staff=staff)
    extensions = records.extensions_at(session, assignments, person_id)
    terms = {one.id: records.own_terms(one, extensions.get((person_id, one.id))) for one in assignments}
    return [
        Row(
            assignment,
            attempts[assignment.id],
            records.counting(attempts[assignment.id]),
            terms[assignment.id],
            records.is_closed(terms[assignment.id], now),
            assignment.opens_at is None or assignment.opens_at <= now,
        )
        for assignment in assignments
    ]
