"""A run while it forms: its panel, its state, and its events as they happen."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from grader import records
from web.access import Seat, run_of
from web.live import Viewer, free_stream, stream
from web.panels import panel_of
from web.parts import parts
from web.session import user

__all__ = ["pages"]

pages = Blueprint("runs", __name__, url_prefix="/runs/<run_id>")


@pages.get("/panel")
def panel(run_id: str) -> Any:
    """Return what is known of a run by now, as a piece of a page."""
    with parts().database.read() as session:
        run, submission, seat = run_of(session, user().person_id, run_id)
        now = records.clock(session)
        attempt = _attempt_of(session, submission, seat, now)
        shown = panel_of(session, run.id, seat, now, attempt=attempt)
    return render_template("_panel.html", panel=shown)


@pages.get("/state")
def state(run_id: str) -> Any:
    """Return where a run stands, for pages that cannot have its events."""
    with parts().database.read() as session:
        run, _, _ = run_of(session, user().person_id, run_id)
        standing = records.standing(session, run.id, records.clock(session))
    return {
        "state": run.state,
        "position": standing.position,
        "ahead": standing.ahead,
        "eta_seconds": standing.eta_seconds,
        "finished": run.finished_at is not None,
    }


@pages.get("/events")
def events(run_id: str) -> Any:
    """Send what happens to a run, until it is finished; 204 where it is, or where too many are watching."""
    with parts().database.read() as session:
        run, submission, seat = run_of(session, user().person_id, run_id)
        if run.finished_at is not None:
            return Response(status=204)
        visibilities = records.shown_visibilities(submission.assignment, records.clock(session), staff=seat.is_staff)
        bundle = parts().bundles.of(run.version_hash)
        total = float(bundle.max_public_score if submission.kind == "check" else bundle.max_score)
    release = free_stream()
    if release is None:
        return Response(status=204)
    viewer = Viewer(run.id, run.tries, visibilities, total)
    answer = Response(stream(parts(), viewer, request.headers.get("Last-Event-ID", "0")), mimetype="text/event-stream")
    answer.call_on_close(release)
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that waits for more would hold back what happened
    return answer


def _attempt_of(session: Any, submission: records.Submission, seat: Seat, now: Any) -> records.Attempt | None:
    assignment = submission.assignment
    theirs = records.attempts_of(session, submission.person_id, [assignment], now, staff=seat.is_staff)[assignment.id]
    return next((attempt for attempt in theirs if attempt.submission_id == submission.id), None)
