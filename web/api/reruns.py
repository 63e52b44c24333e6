"""Reruns, for programs: begun, followed, compared and decided on by those who teach or grade, by `web.reruns`."""

from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from records.reruns.changes import Item, items_of
from records.reruns.comparison import compare
from web.api.blueprint import bp, fails
from web.api.rerun_schemas import ComparisonOut, ComparisonPage, Decision, DoneOut, RerunAsked, RerunOut
from web.extensions import services
from web.reruns import acts
from web.security.permissions import Permission, current_member, requires

_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of the rerun."}}}}


@bp.errorhandler(acts.Rejected)
def _on_rejected(rejected: acts.Rejected) -> tuple[dict[str, str], int]:
    return {"error": str(rejected)}, 422


@bp.post("/courses/<course>/reruns")
@requires(Permission.GRADE)
@bp.input(RerunAsked)
@bp.output(RerunOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def begin_rerun(course: str, json_data: RerunAsked) -> Any:
    """Grade submissions again, beside the grades they have; no grade changes before somebody applies the rerun."""
    asked = acts.Asked(
        assignment=json_data.assignment or "",
        which=json_data.which,
        version=json_data.version or "",
        test=json_data.test,
        submissions=json_data.submissions,
        seed=json_data.seed,
        reason=json_data.reason,
    )
    rerun_id = acts.begin(current_member(), asked)
    with services().database.read() as session:
        taken = _rerun(session, rerun_id)
    return taken, 201, {"Location": taken["urls"]["rerun"]}


@bp.get("/reruns/<rerun_id>")
@requires(Permission.GRADE)
@bp.output(RerunOut)
@fails(404)
def show_rerun(rerun_id: str) -> Any:
    """Show a rerun, and how far it is."""
    with services().database.read() as session:
        return _rerun(session, rerun_id)


@bp.get("/reruns/<rerun_id>/comparison")
@requires(Permission.GRADE)
@bp.input(ComparisonPage, location="query")
@bp.output(ComparisonOut)
@fails(404, 422)
def compare_rerun(rerun_id: str, query_data: ComparisonPage) -> Any:
    """Show what a rerun would change, or did: who rises, who falls, and which tests flip."""
    with services().database.read() as session:
        member = current_member()
        rerun = acts.rerun_of(session, member, rerun_id)
        found = compare(session, rerun)
        items, total = items_of(
            session,
            rerun,
            change=query_data.change,
            test=query_data.test,
            name=query_data.name,
            offset=(query_data.page - 1) * query_data.per_page,
            limit=query_data.per_page,
        )
    return {
        "counts": {change.replace(" ", "_"): count for change, count in found.counts.items()},
        "gained": found.gained,
        "lost": found.lost,
        "out_of_date": found.stale,
        "tests": found.tests,
        "steady": found.steady,
        "submissions": [_item(member.course.slug, rerun_id, one) for one in items],
        "page": query_data.page,
        "per_page": query_data.per_page,
        "total": total,
    }


@bp.post("/reruns/<rerun_id>/pause")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def pause_rerun(rerun_id: str, json_data: Decision) -> Any:
    """Take back what is not begun; what is being graded is finished."""
    return _done(rerun_id, "pause", json_data)


@bp.post("/reruns/<rerun_id>/resume")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def resume_rerun(rerun_id: str, json_data: Decision) -> Any:
    """Go on with what was taken back, and try again what could not be graded."""
    return _done(rerun_id, "resume", json_data)


@bp.post("/reruns/<rerun_id>/cancel")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def cancel_rerun(rerun_id: str, json_data: Decision) -> Any:
    """End a rerun: it can still be looked at, and never be applied."""
    return _done(rerun_id, "cancel", json_data)


@bp.post("/reruns/<rerun_id>/apply")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def apply_rerun(rerun_id: str, json_data: Decision) -> Any:
    """Make the new results count, all at once or not at all; students whose result changes are told."""
    return _done(rerun_id, "apply", json_data)


@bp.post("/reruns/<rerun_id>/discard")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def discard_rerun(rerun_id: str, json_data: Decision) -> Any:
    """Put the new results away; no grade changes."""
    return _done(rerun_id, "discard", json_data)


@bp.post("/reruns/<rerun_id>/undo")
@requires(Permission.GRADE)
@bp.input(Decision)
@bp.output(DoneOut)
@fails(400, 404, 409, 413, 415, 422)
def undo_rerun(rerun_id: str, json_data: Decision) -> Any:
    """Let the grades before count again, all at once or not at all; students whose result changes are told."""
    return _done(rerun_id, "undo", json_data)


def _done(rerun_id: str, verb: acts.Act, given: Decision) -> dict[str, Any]:
    decision = acts.Decision(given.scope or "", given.submissions, given.reason)
    with services().database.write() as session:
        member = current_member()
        rerun = acts.rerun_of(session, member, rerun_id, lock=True)
        sentence, queued = acts.act(session, member, rerun, verb, decision)
    services().submitter.wake("background", queued)
    with services().database.read() as session:
        return {"did": sentence, "rerun": _rerun(session, rerun_id)}


def _rerun(session: Session, rerun_id: str) -> dict[str, Any]:
    member = current_member()
    rerun = acts.rerun_of(session, member, rerun_id)
    state = acts.state_of(session, rerun)
    progress = state.progress
    return {
        "id": rerun.id,
        "course": member.course.slug,
        "assignment": rerun.assignment.slug if rerun.assignment else None,
        "version": rerun.version_hash,
        "seed": rerun.seed,
        "chosen": rerun.chosen,
        "reason": rerun.reason,
        "asked_at": rerun.asked_at,
        "asked_by": rerun.person.name,
        "state": rerun.state,
        "total": progress.total,
        "graded": progress.graded,
        "not_graded": progress.not_graded,
        "underway": progress.underway,
        "idle": progress.idle,
        "eta_seconds": state.eta_seconds,
        "urls": {
            "rerun": url_for("api.show_rerun", rerun_id=rerun.id),
            "comparison": url_for("api.compare_rerun", rerun_id=rerun.id),
            "page": url_for("reruns.show", course=member.course.slug, rerun=rerun.id),
        },
    }


def _item(course: str, rerun_id: str, item: Item) -> dict[str, Any]:
    return {
        "submission": item.submission_id,
        "name": item.name,
        "email": item.email,
        "attempt": item.number,
        "change": item.change,
        "before": item.before,
        "max_before": item.max_before,
        "after": item.after,
        "max_after": item.max_after,
        "applied": item.applied,
        "out_of_date": item.stale,
        "flips": [flip._asdict() for flip in item.flips],
        "page": url_for("reruns.side_by_side", course=course, rerun=rerun_id, submission=item.submission_id),
    }
