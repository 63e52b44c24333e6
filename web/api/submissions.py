"""Submitting, and what grading found, for programs."""

from typing import Any, Final

from flask import abort, url_for
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.database.engine import clock
from records.submissions.models import Kind, Run, Submission
from records.submissions.scores import Attempt, attempts_of
from web.api.blueprint import bp, fails
from web.api.schemas import Handed, HandedIn, History, Page, SubmissionOut, TestOut
from web.api.tokens import holder
from web.assignments import submitting
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires, submission_at
from web.submissions.live import streamed, viewer_of
from web.submissions.presenters import RunPresenter, TestView, attempt_of, run_presenter

_KINDS: Final[tuple[Kind, ...]] = ("submit", "check", "trial")
_EVENTS: Final[dict[int, dict[str, Any]]] = {
    200: {
        "description": (
            "Server-sent events; the data of each is JSON. "
            "`standing`: `state`, `position`, `ahead`, `eta_seconds`, and `text`, the same in words. "
            "`started`: `try`; the list of tests starts anew. "
            "`test`: `name`, `test` (as among a submission's tests), `done_points`, `total_points`; "
            "a later one of a name replaces the earlier. "
            "`finished`: `{}`. "
            "`poll`: `{}`; there are no events just now, so ask for the submission. "
            "After a minute the stream ends; ask again with the header Last-Event-ID."
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    204: {"description": "Nothing happens any more, or too many are watching: ask for the submission instead."},
}
_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of the submission."}}}}


@bp.post("/courses/<course>/assignments/<assignment>/submissions")
@requires(Permission.SUBMIT)
@bp.input(HandedIn)
@bp.output(Handed, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def submit(course: str, assignment: str, json_data: HandedIn) -> Any:
    """Hand files in to be graded."""
    ticket, policy = submitting.submit(current_member(), assignment, lambda _: json_data)
    with services().database.read() as session:
        kind = session.get_one(Submission, ticket.submission_id).kind
    taken = {
        "id": ticket.submission_id,
        "kind": kind,
        "attempts_used": policy.used,
        "attempts_left": policy.left,
        "urls": _urls(ticket.submission_id),
    }
    return taken, 201, {"Location": url_for("api.show", submission_id=ticket.submission_id)}


@bp.get("/courses/<course>/assignments/<assignment>/submissions")
@requires(Permission.VIEW_COURSE)
@bp.input(Page, location="query")
@bp.output(History)
@fails(404, 422)
def history(course: str, assignment: str, query_data: Page) -> Any:
    """List what the token's owner submitted for an assignment, and which attempt counts."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        now = clock(session)
        mine = attempts_of(session, holder(), [found], now, kinds=_KINDS, staff=member.is_staff)[found.id][::-1]
    begin = (query_data.page - 1) * query_data.per_page
    return {
        "submissions": list(map(_attempt, mine[begin : begin + query_data.per_page])),
        **vars(query_data),
        "total": len(mine),
    }


@bp.get("/submissions/<submission_id>")
@requires(Permission.VIEW_SUBMISSION)
@bp.output(SubmissionOut)
@fails(404)
def show(submission_id: str) -> Any:
    """Show a submission: where it stands, and what grading it found."""
    with services().database.read() as session:
        submission, member, attempt = _found(session, submission_id)
        panel = run_presenter(session, attempt.run_id, member, clock(session), attempt=attempt)
    return {**_attempt(attempt), **_of_assignment(submission, member), **_of_panel(panel), "urls": _urls(submission_id)}


@bp.get("/submissions/<submission_id>/events")
@requires(Permission.VIEW_SUBMISSION)
@fails(404, answers=_EVENTS)
def events(submission_id: str) -> Any:
    """Send what happens to a submission while it is graded, until that is finished."""
    with services().database.read() as session:
        submission, member, attempt = _found(session, submission_id)
        run = session.get_one(Run, attempt.run_id)
        viewer = viewer_of(session, run, submission, member)
    return streamed(viewer, lambda test: {"test": _test(test)})


def _found(session: Session, submission_id: str) -> tuple[Submission, Member, Attempt]:
    submission, member = submission_at(session, submission_id), current_member()
    attempt = attempt_of(session, submission, member, clock(session)) or abort(404)
    return submission, member, attempt


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.submission_id,
        "kind": attempt.kind,
        "number": attempt.number,
        "created_at": attempt.created_at,
        "state": attempt.state,
        "points": attempt.points,
        "max_points": attempt.max_points,
        "percent_off": attempt.percent_off,
        "final_score": attempt.final_score,
        "counts": attempt.is_active,
    }


def _of_assignment(submission: Submission, member: Member) -> dict[str, Any]:
    assignment = submission.assignment
    return {"course": member.course.slug, "assignment": assignment.slug, "title": assignment.title}


def _of_panel(panel: RunPresenter) -> dict[str, Any]:
    return {
        "points": panel.points,
        "max_points": panel.max_points,
        "late": panel.late,
        "message": panel.message,
        "standing": panel.standing,
        "tests": panel.tests,
        "passed": panel.passed,
        "withheld": panel.withheld,
        "held": panel.held,
    }


def _test(test: TestView) -> dict[str, Any]:
    return TestOut.model_validate(test).model_dump(mode="json")


def _urls(submission_id: str) -> dict[str, str]:
    return {
        "submission": url_for("api.show", submission_id=submission_id),
        "events": url_for("api.events", submission_id=submission_id),
        "page": url_for("submissions.show", submission_id=submission_id),
    }
