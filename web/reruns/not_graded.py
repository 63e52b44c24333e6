"""What could not be graded by our fault: which submissions, why, and grading them again."""

from typing import Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from records.reruns.not_graded import grade_again, not_graded_in
from web.extensions import services
from web.reruns.forms import NotGradedForm
from web.reruns.presenters import NotGradedPage
from web.security.permissions import Permission, current_member, requires
from web.ui.pages import render_page

_LISTED: Final = 200

bp = Blueprint("not_graded", __name__, url_prefix="/courses/<course>/not-graded")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> str:
    """List what was not graded in a course."""
    member = current_member()
    with services().database.read() as session:
        found = not_graded_in(session, member.course.id)
    page = NotGradedPage(
        member=member,
        listed=found[:_LISTED],
        count=len(found),
        path=[("Gradebook", url_for("gradebook.show", course=course)), ("Not graded", None)],
    )
    return render_page("reruns/not_graded.html", page)


@bp.post("")
@requires(Permission.GRADE)
def retry(course: str) -> ResponseReturnValue:
    """Grade one of them again, or all."""
    form, member = NotGradedForm(), current_member()
    with services().database.write() as session:
        chosen = None if form.all.data else set(form.run.data)
        counts = grade_again(session, member.course.id, chosen, member.person_id)
    for queue, count in counts.items():
        services().announcer.wake(queue, count)
    count = sum(counts.values())
    if count:
        flash(f"{count} {'is' if count == 1 else 'are'} being graded again. What fails again comes back here.", "good")
    else:
        flash("There was nothing to grade again: somebody may have done so before you.", "info")
    return redirect(url_for("not_graded.show", course=course), 303)
