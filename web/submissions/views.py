"""What was submitted: the history of attempts, one of them with its results, and two side by side."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.submissions.models import Kind, Submission
from records.submissions.scores import Attempt, attempts_of
from web.extensions import services
from web.marking.feedback import grader_feedback
from web.security.permissions import Permission, as_asked, assignment_at, current_member, requires, submission_at
from web.security.session import user
from web.submissions.notices import notices_of
from web.submissions.presenters import attempt_of, run_presenter
from web.ui.breadcrumbs import breadcrumbs_to
from web.ui.zip import archive_of

_KINDS: tuple[Kind, ...] = ("submit", "check", "trial")

bp = Blueprint("submissions", __name__)


@bp.get("/courses/<course>/assignments/<assignment>/attempts")
@requires(Permission.VIEW_COURSE)
def attempts(course: str, assignment: str) -> Any:
    """List all that somebody submitted for an assignment, and which attempt counts."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        now = clock(session)
        mine = attempts_of(session, member.person_id, [found], now, kinds=_KINDS, staff=member.is_staff)[found.id]
    breadcrumbs = [*breadcrumbs_to(member, found), ("Attempts", None)]
    return render_template(
        "submissions/index.html",
        member=member,
        course=member.course,
        assignment=found,
        attempts=mine[::-1],
        breadcrumbs=breadcrumbs,
    )


@bp.get("/courses/<course>/assignments/<assignment>/compare")
@requires(Permission.VIEW_COURSE)
def compare(course: str, assignment: str) -> Any:
    """Show two submissions of somebody side by side."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        sides = [_side(session, member, found, request.args.get(name, "")) for name in ("old", "new")]
    names = list(dict.fromkeys(name for side in sides for name in side["files"]))
    files = [
        {"name": name, "old": sides[0]["files"].get(name, ""), "new": sides[1]["files"].get(name, "")} for name in names
    ]
    back = url_for("submissions.attempts", course=course, assignment=assignment)
    breadcrumbs = [*breadcrumbs_to(member, found), ("Attempts", back), ("Side by side", None)]
    return render_template(
        "submissions/compare.html", old=sides[0], new=sides[1], files=files, assignment=found, breadcrumbs=breadcrumbs
    )


@bp.get("/submissions/<submission_id>")
@requires(Permission.VIEW_SUBMISSION)
def show(submission_id: str) -> Any:
    """Show what was submitted, and what grading it found."""
    with services().database.read() as session:
        submission, member = submission_at(session, submission_id), current_member()
        member = as_asked(member)
        now = clock(session)
        assignment = submission.assignment
        attempt = attempt_of(session, submission, member, now)
        panel = run_presenter(session, attempt.run_id, member, now, attempt=attempt) if attempt else None
        files = _texts(submission)
        feedback = grader_feedback(session, submission, staff=member.is_staff)
        notices = notices_of(session, member, now, submission_id)
    own = submission.person_id == user().person_id
    back = url_for("submissions.attempts", course=member.course.slug, assignment=assignment.slug) if own else None
    breadcrumbs = [*breadcrumbs_to(member, assignment), ("Attempts", back)]
    return render_template(
        "submissions/show.html",
        submission=submission,
        member=member,
        assignment=assignment,
        course=member.course,
        attempt=attempt,
        panel=panel,
        feedback=feedback,
        notices=notices,
        files=files,
        own=own,
        breadcrumbs=[*breadcrumbs, (_name(attempt), None)],
    )


@bp.get("/submissions/<submission_id>/download")
@requires(Permission.VIEW_SUBMISSION)
def download(submission_id: str) -> Response:
    """Send what was submitted."""
    with services().database.read() as session:
        submission = submission_at(session, submission_id)
        return archive_of([submission], submission.assignment.slug)


def _side(session: Session, member: Member, assignment: Assignment, submission_id: str) -> dict[str, Any]:
    query = select(Submission).where(
        Submission.id == submission_id,
        Submission.assignment_id == assignment.id,
        Submission.person_id == member.person_id,
    )
    submission = session.scalar(query.options(undefer(Submission.files))) or abort(404)
    return {"id": submission.id, "created_at": submission.created_at, "files": _texts(submission)}


def _texts(submission: Submission) -> dict[str, str]:
    return {name: data.decode("utf-8", "replace") for name, data in submission.files.items()}


def _name(attempt: Attempt | None) -> str:
    word = {"submit": "Attempt", "check": "Check", "trial": "Trial"}
    return f"{word[attempt.kind]} {attempt.number}" if attempt else "Submission"
