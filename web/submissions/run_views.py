"""A run while it is graded: its results so far, its state, and its events as they happen."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from records.database.engine import clock
from web.extensions import services
from web.security.permissions import Permission, as_asked, current_member, requires, run_at
from web.submissions.live import position_json, progress_of, streamed, viewer_of
from web.submissions.presenters import attempt_of, run_presenter

bp = Blueprint("runs", __name__, url_prefix="/runs/<run_id>")


@bp.get("/panel")
@requires(Permission.VIEW_SUBMISSION)
def result(run_id: str) -> ResponseReturnValue:
    """Return the results of a run so far, as a fragment of a page."""
    with services().database.read() as session:
        run, member = run_at(session, run_id), as_asked(current_member())
        now = clock(session)
        attempt = attempt_of(session, run.submission, member, now)
        shown = run_presenter(session, run.id, member, now, attempt=attempt)
    return render_template("submissions/_run.html", run=shown)


@bp.get("/state")
@requires(Permission.VIEW_SUBMISSION)
def state(run_id: str) -> ResponseReturnValue:
    """Return a run's queue position, for pages that cannot have its events."""
    with services().database.read() as session:
        run, member = run_at(session, run_id), current_member()
        position = services().queue_positions.of(session, run)
        viewer = viewer_of(session, run, run.submission, member)
    progress = progress_of(viewer) if viewer else {}
    return {**position_json(position), **progress, "finished": run.finished_at is not None}


@bp.get("/events")
@requires(Permission.VIEW_SUBMISSION)
def events(run_id: str) -> Response:
    """Send what happens to a run, until it is finished; 204 where it is, or where too many are watching."""
    with services().database.read() as session:
        run, member = run_at(session, run_id), current_member()
        viewer = viewer_of(session, run, run.submission, as_asked(member))
    return streamed(viewer, lambda test: {"html": render_template("submissions/_test.html", test=test)})
