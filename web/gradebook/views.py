"""The gradebook: students and assignments, with the points that count."""

from flask import Blueprint, Response, request

from web.extensions import services
from web.gradebook.files import send_gradebook
from web.gradebook.forms import GradebookFilter
from web.gradebook.presenters import gradebook_page
from web.security.permissions import Permission, current_member, requires
from web.ui.pages import render_page

bp = Blueprint("gradebook", __name__, url_prefix="/courses/<course>/gradebook")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> str:
    """Show what each student has at each assignment."""
    with services().database.read() as session:
        page = gradebook_page(session, current_member(), GradebookFilter.from_request())
    return render_page("gradebook/show.html", page)


@bp.get("/export")
@requires(Permission.GRADE)
def export(course: str) -> Response:
    """Send the gradebook as CSV, or the results of each active submission for Gradescope."""
    with services().database.read() as session:
        form = request.args.get("form", "csv")
        return send_gradebook(session, current_member().course, form, GradebookFilter.from_request())
