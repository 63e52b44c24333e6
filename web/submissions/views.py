"""What was handed in: the history of attempts, one of them with its results, and two side by side."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from records.courses.models import Assignment
from records.database.engine import clock
from records.submissions.models import Kind, Submission
from records.submissions.scores import Attempt, attempts_of
from web.extensions import parts
from web.marking.feedback import remarks_of
from web.security.permissions import Seat, as_asked, assignment_at, seat_in, submission_of
from web.security.session import user
from web.submissions.notices import notices_of
from web.submissions.presenters import attempt_of, panel_of
from web.ui.breadcrumbs import crumbs_to
from web.ui.zip import archive_of

_KINDS: tuple[Kind, ...] = ("submit", "check", "trial")

pages = Blueprint("submissions", __name__)


@pages.get("/courses/<course>/assignments/<assignment>/attempts")
def attempts(course: str, assignment: str) -> Any:
    """List all that somebody handed in for an assignment, and which attempt counts."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        now = clock(session)
        mine = attempts_of(session, seat.person_id, [found], now, kinds=_KINDS, staff=seat.is_staff)[found.id]
    crumbs = [*crumbs_to(seat, found), ("Attempts", None)]
    return render_template(
        "attempts.html", seat=seat, course=seat.course, assignment=found, attempts=mine[::-1], crumbs=crumbs
    )


@pages.get("/courses/<course>/assignments/<assignment>/compare")
def compare(course: str, assignment: str) -> Any:
    """Show two submissions of somebody side by side."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        sides = [_side(session, seat, found, request.args.get(name, "")) for name in ("old", "new")]
    names = list(dict.fromkeys(name for side in sides for name in side["files"]))
    files = [
        {"name": name, "old": sides[0]["files"].get(name, ""), "new": sides[1]["files"].get(name, "")} for name in names
    ]
    back = url_for("submissions.attempts", course=course, assignment=assignment)
    crumbs = [*crumbs_to(seat, found), ("Attempts", back), ("Side by side", None)]
    return render_template("compare.html", old=sides[0], new=sides[1], files=files, assignment=found, crumbs=crumbs)


@pages.get("/submissions/<submission_id>")
def show(submission_id: str) -> Any:
    """Show what was handed in, and what grading it found."""
    with parts().database.read() as session:
        submission, seat = submission_of(session, user().person_id, submission_id)
        seat = as_asked(seat)
        now = clock(session)
        assignment = submission.assignment
        attempt = attempt_of(session, submission, seat, now)
        panel = panel_of(session, attempt.run_id, seat, now, attempt=attempt) if attempt else None
        files = _texts(submission)
        remarks = remarks_of(session, submission, staff=seat.is_staff)
        notices = notices_of(session, seat, now, submission_id)
    own = submission.person_id == user().person_id
    back = url_for("submissions.attempts", course=seat.course.slug, assignment=assignment.slug) if own else None
    crumbs = [*crumbs_to(seat, assignment), ("Attempts", back)]
    return render_template(
        "submission.html",
        submission=submission,
        seat=seat,
        assignment=assignment,
        course=seat.course,
        attempt=attempt,
        panel=panel,
        remarks=remarks,
        notices=notices,
        files=files,
        own=own,
        crumbs=[*crumbs, (_name(attempt), None)],
    )


@pages.get("/submissions/<submission_id>/download")
def download(submission_id: str) -> Response:
    """Send what was handed in."""
    with parts().database.read() as session:
        submission, _ = submission_of(session, user().person_id, submission_id)
        return archive_of([submission], submission.assignment.slug)


def _side(session: Session, seat: Seat, assignment: Assignment, submission_id: str) -> dict[str, Any]:
    query = select(Submission).where(
        Submission.id == submission_id,
        Submission.assignment_id == assignment.id,
        Submission.person_id == seat.person_id,
    )
    submission = session.scalar(query.options(undefer(Submission.files))) or abort(404)
    return {"id": submission.id, "created_at": submission.created_at, "files": _texts(submission)}


def _texts(submission: Submission) -> dict[str, str]:
    return {name: data.decode("utf-8", "replace") for name, data in submission.files.items()}


def _name(attempt: Attempt | None) -> str:
    word = {"submit": "Attempt", "check": "Check", "trial": "Trial"}
    return f"{word[attempt.kind]} {attempt.number}" if attempt else "Submission"
