"""What could not be graded by our fault: which, why, and once more."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from records.reruns.not_graded import grade_anew, ungraded_in
from web.extensions import parts
from web.reruns import acts
from web.security.permissions import staff_seat
from web.security.session import user

_SHOWN: Final = 200

pages = Blueprint("ungraded", __name__, url_prefix="/courses/<course>/not-graded")


@pages.get("")
def show(course: str) -> Any:
    """List what was not graded in a course."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        found = ungraded_in(session, seat.course)
    return render_template(
        "ungraded.html",
        seat=seat,
        course=seat.course,
        found=found[:_SHOWN],
        count=len(found),
        crumbs=[
            (seat.course.title, url_for("courses.show", course=course)),
            ("Gradebook", url_for("gradebook.show", course=course)),
            ("Not graded", None),
        ],
    )


@pages.post("")
def retry(course: str) -> Any:
    """Have one of them graded anew, or all."""
    chosen = None if "all" in request.form else set(request.form.getlist("run"))
    with parts().database.write() as session:
        seat = staff_seat(session, user().person_id, course)
        counts = grade_anew(session, seat.course, chosen, seat.person_id)
    for lane, count in counts.items():
        parts().intake.wake(lane, min(count, acts.MAX_TOKENS))
    count = sum(counts.values())
    if count:
        flash(f"{count} {'is' if count == 1 else 'are'} being graded anew. What fails again comes back here.", "good")
    else:
        flash("There was nothing to grade anew: somebody may have done so before you.", "info")
    return redirect(url_for("ungraded.show", course=course), 303)
