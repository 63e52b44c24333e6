"""The settings of a course: its time zone."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from records.courses.lookup import change_time_zone
from web.courses.forms import CourseForm
from web.courses.presenters import CourseSettingsPage
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.ui.pages import render_page

bp = Blueprint("course_settings", __name__, url_prefix="/courses/<course>/settings")


@bp.get("")
@requires(Permission.MANAGE)
def show(course: str) -> ResponseReturnValue:
    """Show the settings as a form."""
    return _page(CourseForm(time_zone=current_member().course.time_zone))


@bp.post("")
@requires(Permission.MANAGE)
def save(course: str) -> ResponseReturnValue:
    """Change the settings."""
    form, member = CourseForm(), current_member()
    if not form.validate():
        return _page(form), 422
    with services().database.write() as session:
        changed = change_time_zone(session, member.course.id, form.time_zone.data, member.person_id)
    message = f"The course's time zone is {form.time_zone.data} now." if changed else "Nothing was changed."
    flash(message, "good" if changed else "info")
    return redirect(url_for("course_settings.show", course=course), 303)


def _page(form: CourseForm) -> str:
    page = CourseSettingsPage(member=current_member(), form=form, path=[("Settings", None)])
    return render_page("courses/settings.html", page)
