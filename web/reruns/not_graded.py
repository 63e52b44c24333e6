"""What could not be graded by our fault: which, why, and once more."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from records.reruns.not_graded import grade_again, not_graded_in
from web.extensions import services
from web.reruns import acts
from web.security.permissions import Permission, current_member, requires

_SHOWN: Final = 200

bp = Blueprint("ungraded", __name__, url_prefix="/courses/<course>/not-graded")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> Any:
    """List what was not graded in a course."""
    with services().database.read() as session:
        member = current_member()
        found = not_graded_in(session, member.course.id)
    return render_template(
        "reruns/not_graded.html",
        member=member,
        course=member.course,
        found=found[:_SHOWN],
        count=len(found),
        breadcrumbs=[
            (member.course.title, url_for("courses.show", course=course)),
            ("Gradebook", url_for("gradebook.show", course=course)),
            ("Not graded", None),
        ],
    )


@bp.post("")
@requires(Permission.GRADE)
def retry(course: str) -> Any:
    """Have one of them graded anew, or all."""
    chosen = None if "all" in request.form else set(request.form.getlist("run"))
    with services().database.write() as session:
        member = current_member()
        counts = grade_again(session, member.course.id, chosen, member.person_id)
    for queue, count in counts.items():
        services().submitter.wake(queue, min(count, acts.MAX_WAKEUPS))
    count = sum(counts.values())
    if count:
        flash(f"{count} {'is' if count == 1 else 'are'} being graded anew. What fails again comes back here.", "good")
    else:
        flash("There was nothing to grade anew: somebody may have done so before you.", "info")
    return redirect(url_for("ungraded.show", course=course), 303)
