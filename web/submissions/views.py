"""Submissions: a student's history at an assignment, one submission with its results, and two side by side."""

from typing import Final

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.submissions.attempts import Attempt, attempts_of
from records.submissions.models import Kind, Submission
from records.submissions.overview import submission_with_files
from web.extensions import services
from web.marking.feedback import grader_feedback
from web.security.permissions import Permission, as_asked, assignment_at, current_member, requires, submission_at
from web.submissions.notices import notices_of
from web.submissions.presenters import (
    ComparedFile,
    ComparePage,
    HistoryPage,
    SubmissionPage,
    attempt_of,
    run_presenter,
)
from web.ui.pages import render_page
from web.ui.zip import archive_of

_KINDS: Final[tuple[Kind, ...]] = ("submit", "check", "trial")

bp = Blueprint("submissions", __name__)


@bp.get("/courses/<course>/assignments/<assignment>/attempts")
@requires(Permission.VIEW_COURSE)
def attempts(course: str, assignment: str) -> ResponseReturnValue:
    """List what somebody submitted to an assignment, and which attempt counts."""
    member = current_member()
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        now = clock(session)
        mine = attempts_of(session, member.person_id, [found], now, kinds=_KINDS, staff=member.is_staff)[found.id]
    page = HistoryPage(member=member, assignment=found, attempts=mine[::-1], path=[("Attempts", None)])
    return render_page("submissions/index.html", page)


@bp.get("/courses/<course>/assignments/<assignment>/compare")
@requires(Permission.VIEW_COURSE)
def compare(course: str, assignment: str) -> ResponseReturnValue:
    """Show two of somebody's own submissions side by side."""
    member = current_member()
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        old, new = (_own(session, member, found, request.args.get(name, "")) for name in ("old", "new"))
    before, after = _texts(old), _texts(new)
    files = [ComparedFile(name, before.get(name, ""), after.get(name, "")) for name in dict.fromkeys([*before, *after])]
    path = [("Attempts", url_for("submissions.attempts", course=course, assignment=assignment)), ("Side by side", None)]
    page = ComparePage(member=member, assignment=found, old=old, new=new, files=files, path=path)
    return render_page("submissions/compare.html", page)


@bp.get("/submissions/<submission_id>")
@requires(Permission.VIEW_SUBMISSION)
def show(submission_id: str) -> ResponseReturnValue:
    """Show a submission, and what grading found."""
    member = as_asked(current_member())
    with services().database.read() as session:
        submission = submission_at(session, submission_id, with_files=True)
        now = clock(session)
        attempt = attempt_of(session, submission, member, now)
        slug, is_own = submission.assignment.slug, submission.person_id == member.person_id
        back = url_for("submissions.attempts", course=member.course.slug, assignment=slug) if is_own else None
        page = SubmissionPage(
            member=member,
            assignment=submission.assignment,
            submission=submission,
            attempt=attempt,
            run=run_presenter(session, attempt.run_id, member, now, attempt=attempt) if attempt else None,
            feedback=grader_feedback(session, submission, staff=member.is_staff),
            notices=notices_of(session, member, now, submission_id),
            files=_texts(submission),
            is_own=is_own,
            path=[("Attempts", back), (_name(attempt), None)],
        )
    return render_page("submissions/show.html", page)


@bp.get("/submissions/<submission_id>/download")
@requires(Permission.VIEW_SUBMISSION)
def download(submission_id: str) -> Response:
    """Send the files of a submission."""
    with services().database.read() as session:
        submission = submission_at(session, submission_id, with_files=True)
        return archive_of([submission], submission.assignment.slug)


def _own(session: Session, member: Member, assignment: Assignment, submission_id: str) -> Submission:
    return submission_with_files(session, assignment, submission_id, member.person_id) or abort(404)


def _texts(submission: Submission) -> dict[str, str]:
    return {name: data.decode("utf-8", "replace") for name, data in submission.files.items()}


def _name(attempt: Attempt | None) -> str:
    word = {"submit": "Attempt", "check": "Check", "trial": "Trial"}
    return f"{word[attempt.kind]} {attempt.number}" if attempt else "Submission"
