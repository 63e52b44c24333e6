"""The gradebook: students and assignments, with the points that count."""

from flask import Blueprint, Response, request

from web.extensions import services
from web.gradebook.files import send_gradebook
from web.gradebook.forms import GradebookFilter
from web.gradebook.presenters import gradebook_page
from web.security.permissions import staff_member
from web.security.session import user
from web.ui.pages import render_page

bp = Blueprint("gradebook", __name__, url_prefix="/courses/<course>/gradebook")


@bp.get("")
def show(course: str) -> str:
    """Show what each student has at each assignment."""
    with services().database.read() as session:
        member = staff_member(session, user().person_id, course)
        page = gradebook_page(session, member, GradebookFilter.from_request())
    return render_page("gradebook/show.html", page)


@bp.get("/export")
def export(course: str) -> Response:
    """Send the gradebook as CSV, or the results of each active submission for Gradescope."""
    with services().database.read() as session:
        member = staff_member(session, user().person_id, course)
        return send_gradebook(session, member.course, request.args.get("form", "csv"), GradebookFilter.from_request())
