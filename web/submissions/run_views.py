"""A run while it forms: its panel, its state, and its events as they happen."""

from typing import Any

from flask import Blueprint, render_template

from records.database.engine import clock
from web.extensions import services
from web.security.permissions import as_asked, run_of
from web.security.session import user
from web.submissions.live import position_json, progress_of, streamed, viewer_of
from web.submissions.presenters import attempt_of, run_presenter

bp = Blueprint("runs", __name__, url_prefix="/runs/<run_id>")


@bp.get("/panel")
def panel(run_id: str) -> Any:
    """Return what is known of a run by now, as a piece of a page."""
    with services().database.read() as session:
        run, submission, member = run_of(session, user().person_id, run_id)
        now = clock(session)
        member = as_asked(member)
        attempt = attempt_of(session, submission, member, now)
        shown = run_presenter(session, run.id, member, now, attempt=attempt)
    return render_template("submissions/_run.html", panel=shown)


@bp.get("/state")
def state(run_id: str) -> Any:
    """Return a run's queue position, for pages that cannot have its events."""
    with services().database.read() as session:
        run, submission, member = run_of(session, user().person_id, run_id)
        position = services().queue_positions.of(session, run)
        viewer = viewer_of(session, run, submission, member)
    progress = progress_of(viewer) if viewer else {}
    return {**position_json(position), **progress, "finished": run.finished_at is not None}


@bp.get("/events")
def events(run_id: str) -> Any:
    """Send what happens to a run, until it is finished; 204 where it is, or where too many are watching."""
    with services().database.read() as session:
        run, submission, member = run_of(session, user().person_id, run_id)
        viewer = viewer_of(session, run, submission, as_asked(member))
    return streamed(viewer, lambda test: {"html": render_template("submissions/_test.html", test=test)})
