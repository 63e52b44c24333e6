"""Courses as their people see them: the list of courses, and one with its assignments."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from records.courses.memberships import memberships_of
from records.database.engine import clock
from records.submissions.overview import assignment_overviews, submissions_in_course
from web.courses.presenters import CoursePage, CoursesPage
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.security.session import user
from web.submissions.notices import notices_of
from web.ui.pages import render_page
from web.ui.zip import archive_of

bp = Blueprint("courses", __name__)


@bp.get("/")
@requires(Permission.LOGGED_IN)
def index() -> ResponseReturnValue:
    """List somebody's courses."""
    with services().database.read() as session:
        page = CoursesPage(memberships=memberships_of(session, user().person_id))
    return render_page("courses/index.html", page)


@bp.get("/courses/<course>")
@requires(Permission.VIEW_COURSE)
def show(course: str) -> ResponseReturnValue:
    """Show a course: its assignments, and how far somebody is."""
    with services().database.read() as session:
        member = current_member()
        overviews = assignment_overviews(session, member)
        page = CoursePage(member=member, assignments=overviews, notices=notices_of(session, member, clock(session)))
    return render_page("courses/show.html", page)


@bp.get("/courses/<course>/download")
@requires(Permission.VIEW_COURSE)
def download(course: str) -> Response:
    """Send all that somebody has submitted in a course."""
    with services().database.read() as session:
        member = current_member()
        return archive_of(submissions_in_course(session, member), member.course.slug)
