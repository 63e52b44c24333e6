"""Submitting, and what grading found, for programs."""

from typing import Any, Final

from flask import Response, abort, url_for
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.database.engine import clock
from records.submissions.attempts import Attempt, attempts_of
from records.submissions.models import Kind, Run, Submission
from web.api import schemas
from web.api.blueprint import bp, fails
from web.api.tokens import holder
from web.assignments import submitting
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires, submission_at
from web.submissions.live import streamed, viewer_of
from web.submissions.presenters import attempt_of, run_presenter

_KINDS: Final[tuple[Kind, ...]] = ("submit", "check", "trial")
_EVENTS: Final[dict[int, dict[str, Any]]] = {
    200: {
        "description": (
            "Server-sent events; the data of each is JSON. "
            "`position`: `state`, `position`, `ahead`, `eta_seconds`, and `text`, the same in words. "
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
@bp.input(schemas.SubmissionIn)
@bp.output(schemas.SubmittedOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def submit(
    course: str, assignment: str, json_data: schemas.SubmissionIn
) -> tuple[schemas.SubmittedOut, int, dict[str, str]]:
    """Submit files for grading."""
    receipt = submitting.submit(current_member(), assignment, lambda _: json_data)
    submitted = schemas.SubmittedOut.of(receipt, id=receipt.submission_id, urls=_urls(receipt.submission_id))
    return submitted, 201, {"Location": submitted.urls.submission}


@bp.get("/courses/<course>/assignments/<assignment>/submissions")
@requires(Permission.VIEW_COURSE)
@bp.input(schemas.PageQuery, location="query")
@bp.output(schemas.HistoryOut)
@fails(404, 422)
def history(course: str, assignment: str, query_data: schemas.PageQuery) -> schemas.HistoryOut:
    """List what the token's owner submitted for an assignment, and which attempt counts."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, assignment)
        now = clock(session)
        mine = attempts_of(session, holder(), [found], now, kinds=_KINDS, staff=member.is_staff)[found.id][::-1]
    begin = (query_data.page - 1) * query_data.per_page
    shown = [schemas.AttemptOut.of(one, **_attempt(one)) for one in mine[begin : begin + query_data.per_page]]
    return schemas.HistoryOut.of(query_data, submissions=shown, total=len(mine))


@bp.get("/submissions/<submission_id>")
@requires(Permission.VIEW_SUBMISSION)
@bp.output(schemas.SubmissionOut)
@fails(404)
def show(submission_id: str) -> schemas.SubmissionOut:
    """Show a submission: where it stands, and what grading it found."""
    member = current_member()
    with services().database.read() as session:
        submission, attempt = _found(session, submission_id, member)
        run = run_presenter(session, attempt.run_id, member, clock(session), attempt=attempt)
    return schemas.SubmissionOut.of(
        attempt,
        run,
        **_attempt(attempt),
        points=run.points,
        max_points=run.max_points,
        course=member.course.slug,
        assignment=submission.assignment.slug,
        title=submission.assignment.title,
        held=run.unreleased,
        urls=_urls(submission_id),
    )


@bp.get("/submissions/<submission_id>/events")
@requires(Permission.VIEW_SUBMISSION)
@fails(404, answers=_EVENTS)
def events(submission_id: str) -> Response:
    """Send what happens to a submission while it is graded, until that is finished."""
    member = current_member()
    with services().database.read() as session:
        submission, attempt = _found(session, submission_id, member)
        viewer = viewer_of(session, session.get_one(Run, attempt.run_id), submission, member)
    return streamed(viewer, lambda test: {"test": schemas.TestOut.model_validate(test).model_dump(mode="json")})


def _found(session: Session, submission_id: str, member: Member) -> tuple[Submission, Attempt]:
    submission = submission_at(session, submission_id)
    return submission, attempt_of(session, submission, member, clock(session)) or abort(404)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {"id": attempt.submission_id, "counts": attempt.is_active}


def _urls(submission_id: str) -> schemas.Urls:
    return schemas.Urls(
        submission=url_for("api.show", submission_id=submission_id),
        events=url_for("api.events", submission_id=submission_id),
        page=url_for("submissions.show", submission_id=submission_id),
    )
