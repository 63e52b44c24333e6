"""Courses as their people see them: which there are, and how far somebody is in one."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.lateness import is_closed
from records.courses.models import Assignment, Course, Enrolment
from records.courses.policy import Terms, extensions_at, own_terms
from records.database.engine import clock
from records.submissions import scores
from records.submissions.models import Kind, Submission
from records.submissions.scores import Attempt, attempts_of
from web.extensions import parts
from web.security.permissions import seat_in
from web.security.session import user
from web.submissions.notices import notices_of
from web.ui.zip import archive_of

pages = Blueprint("courses", __name__)


@dataclass(frozen=True)
class Row:
    """An assignment in a course, and how somebody stands there."""

    assignment: Assignment
    attempts: list[Attempt]
    counting: Attempt | None
    terms: Terms
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
        mine = select(Enrolment).where(Enrolment.person_id == user().person_id)
        joined = mine.join(Course).options(joinedload(Enrolment.course)).order_by(Course.title)
        enrolments = session.scalars(joined).all()
    return render_template("courses.html", enrolments=enrolments, crumbs=None)


@pages.get("/courses/<course>")
def show(course: str) -> Any:
    """Show a course: its assignments, and how far somebody is."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        rows = rows_of(session, seat.course, user().person_id, staff=seat.is_staff)
        notices = notices_of(session, seat, clock(session))
    crumbs = [("Courses", url_for("courses.index")), (seat.course.title, None)]
    return render_template("course.html", seat=seat, course=seat.course, rows=rows, notices=notices, crumbs=crumbs)


@pages.get("/courses/<course>/download")
def download(course: str) -> Response:
    """Send all that somebody has handed in in a course."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        query = (
            select(Submission)
            .join(Assignment)
            .where(Assignment.course_id == seat.course.id, Submission.person_id == user().person_id)
            .order_by(Submission.created_at)
            .options(joinedload(Submission.assignment), undefer(Submission.files))
        )
        return archive_of(session.scalars(query).all(), seat.course.slug)


def rows_of(session: Session, course: Course, person_id: str, *, staff: bool) -> list[Row]:
    """Return how somebody stands at each assignment of a course that may be seen."""
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
    extensions = extensions_at(session, assignments, person_id)
    terms = {one.id: own_terms(one, extensions.get((person_id, one.id))) for one in assignments}
    return [
        Row(
            assignment,
            attempts[assignment.id],
            scores.counting(attempts[assignment.id]),
            terms[assignment.id],
            is_closed(terms[assignment.id], now),
            assignment.opens_at is None or assignment.opens_at <= now,
        )
        for assignment in assignments
    ]
