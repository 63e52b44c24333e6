"""Reruns, for programs of staff: started, followed, compared and decided."""

from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from records.reruns.actions import ACTIONS, Action, Decision, act
from records.reruns.changes import SubmissionChange, submission_changes
from records.reruns.comparison import compare
from records.reruns.models import Rerun
from records.reruns.requests import InvalidRerun, RerunRequest
from records.reruns.requests import start_rerun as start
from web.api import rerun_schemas as schemas
from web.api.blueprint import bp, fails
from web.extensions import services
from web.reruns.presenters import rerun_or_404, rerun_status
from web.security.permissions import Permission, assignment_at, current_member, requires

_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of the rerun."}}}}


@bp.errorhandler(InvalidRerun)
def _on_invalid(invalid: InvalidRerun) -> tuple[dict[str, str], int]:
    return {"error": str(invalid)}, 422


@bp.post("/courses/<course>/reruns")
@requires(Permission.GRADE)
@bp.input(schemas.RerunIn)
@bp.output(schemas.RerunOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def start_rerun(course: str, json_data: schemas.RerunIn) -> tuple[schemas.RerunOut, int, dict[str, str]]:
    """Grade submissions again beside the grades they have; no grade changes before somebody applies the rerun."""
    request = RerunRequest(
        which=json_data.which,
        version=json_data.version or "",
        test=json_data.test,
        submissions=json_data.submissions,
        seed=json_data.seed,
        reason=json_data.reason,
        withdrawn=json_data.withdrawn,
    )
    member = current_member()
    with services().database.write() as session:
        assignment = assignment_at(session, json_data.assignment) if json_data.assignment else None
        rerun, count = start(session, member.course.id, assignment, request, member.person_id)
        started = _rerun(session, rerun)
    services().announcer.wake("background", count)
    return started, 201, {"Location": started.urls.rerun}


@bp.get("/reruns/<rerun_id>")
@requires(Permission.GRADE)
@bp.output(schemas.RerunOut)
@fails(404)
def show_rerun(rerun_id: str) -> schemas.RerunOut:
    """Show a rerun, and how far it is."""
    with services().database.read() as session:
        return _rerun(session, rerun_or_404(session, rerun_id))


@bp.get("/reruns/<rerun_id>/comparison")
@requires(Permission.GRADE)
@bp.input(schemas.ComparisonQuery, location="query")
@bp.output(schemas.ComparisonOut)
@fails(404, 422)
def compare_rerun(rerun_id: str, query_data: schemas.ComparisonQuery) -> schemas.ComparisonOut:
    """Show what a rerun would change, or did: who rises, who falls, and which tests flip."""
    with services().database.read() as session:
        rerun = rerun_or_404(session, rerun_id)
        comparison = compare(session, rerun)
        items, total = submission_changes(
            session,
            rerun,
            change=query_data.change,
            test=query_data.test,
            name=query_data.name,
            offset=(query_data.page - 1) * query_data.per_page,
            limit=query_data.per_page,
        )
    return schemas.ComparisonOut.of(
        comparison,
        query_data,
        counts=schemas.CountsOut(**{change.replace(" ", "_"): count for change, count in comparison.counts.items()}),
        out_of_date=comparison.stale,
        submissions=[_item(rerun_id, item) for item in items],
        total=total,
    )


@bp.post(f"/reruns/<rerun_id>/<any({', '.join(ACTIONS)}):action>")
@requires(Permission.GRADE)
@bp.input(schemas.DecisionIn)
@bp.output(schemas.ActionOut)
@fails(400, 404, 409, 413, 415, 422)
def decide_rerun(rerun_id: str, action: Action, json_data: schemas.DecisionIn) -> schemas.ActionOut:
    """Pause, resume, cancel, apply, discard or undo a rerun.

    `pause` takes back what has not started, `resume` queues it again with what could not be graded, and `cancel` ends
    the rerun for good. `apply` makes the new results count, all at once or not at all, and `undo` takes that back;
    students whose result changes are notified. `discard` puts the new results away.
    """
    member = current_member()
    with services().database.write() as session:
        rerun = rerun_or_404(session, rerun_id, lock=True)
        decision = Decision(json_data.scope or "", json_data.submissions, json_data.reason, member.manages)
        result = act(session, rerun, action, decision, member.person_id)
        decided = _rerun(session, rerun)
    services().announcer.wake("background", result.queued)
    return schemas.ActionOut(did=result.sentence, rerun=decided)


def _rerun(session: Session, rerun: Rerun) -> schemas.RerunOut:
    status, course = rerun_status(session, rerun), current_member().course.slug
    return schemas.RerunOut.of(
        rerun,
        status.progress,
        status,
        course=course,
        assignment=rerun.assignment.slug if rerun.assignment else None,
        version=rerun.version_hash,
        asked_by=rerun.person.name,
        urls=schemas.RerunUrls(
            rerun=url_for("api.show_rerun", rerun_id=rerun.id),
            comparison=url_for("api.compare_rerun", rerun_id=rerun.id),
            page=url_for("reruns.show", course=course, rerun=rerun.id),
        ),
    )


def _item(rerun_id: str, item: SubmissionChange) -> schemas.ItemOut:
    course = current_member().course.slug
    return schemas.ItemOut.of(
        item,
        submission=item.submission_id,
        attempt=item.number,
        out_of_date=item.stale,
        page=url_for("reruns.side_by_side", course=course, rerun=rerun_id, submission=item.submission_id),
    )
