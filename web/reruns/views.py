"""Reruns: the list, a new one, how far one is, what it would change, and the decision; for all staff."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from records.errors import NotAllowed
from records.reruns.actions import Action, act
from records.reruns.changes import adjacent_submissions, submission_changes
from records.reruns.models import rerun_item
from records.reruns.requests import InvalidRerun, start_rerun
from web.extensions import services
from web.reruns.forms import ChangesQuery, DecisionForm, RerunForm
from web.reruns.pairs import pairs_of
from web.reruns.presenters import (
    SideBySidePage,
    new_rerun_page,
    path_to_reruns,
    rerun_or_404,
    rerun_page,
    rerun_status,
    reruns_page,
)
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.pages import render_page

bp = Blueprint("reruns", __name__, url_prefix="/courses/<course>/reruns")


@bp.get("")
@requires(Permission.GRADE)
def index(course: str) -> str:
    """List the reruns of a course, newest first."""
    with services().database.read() as session:
        page = reruns_page(session, current_member())
    return render_page("reruns/index.html", page)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.GRADE)
def new(course: str) -> str:
    """Show the form for a rerun; other pages post the submissions or students picked there, as they may be many."""
    form, member = RerunForm(request.values), current_member()
    with services().database.read() as session:
        page = new_rerun_page(session, member, form)
        if request.method == "POST" and not page.submissions:
            problem = "Nobody is picked who has an active submission there. Choose below, or pick again."
            page = replace(page, problem=problem)
    return render_page("reruns/new.html", page)


@bp.post("")
@requires(Permission.GRADE)
def create(course: str) -> ResponseReturnValue:
    """Start a rerun."""
    form, member = RerunForm(request.form), current_member()
    try:
        with services().database.write() as session:
            slug = form.assignment.data
            assignment = assignment_at(session, slug) if slug else None
            rerun, count = start_rerun(session, member.course.id, assignment, form.rerun_request(), member.person_id)
    except (InvalidRerun, NotAllowed) as refused:
        with services().database.read() as session:
            page = new_rerun_page(session, member, form, str(refused))
        return render_page("reruns/new.html", page), _status(refused)
    services().announcer.wake("background", count)
    return redirect(url_for("reruns.show", course=course, rerun=rerun.id), 303)


@bp.get("/<rerun>")
@requires(Permission.GRADE)
def show(course: str, rerun: str) -> str:
    """Show how far a rerun is, and what it would change."""
    with services().database.read() as session:
        found = rerun_or_404(session, rerun)
        page = rerun_page(session, found, current_member(), ChangesQuery(request.args), DecisionForm())
    return render_page("reruns/show.html", page)


@bp.get("/<rerun>/state")
@requires(Permission.GRADE)
def state(course: str, rerun: str) -> dict[str, Any]:
    """Return how far a rerun is."""
    with services().database.read() as session:
        status = rerun_status(session, rerun_or_404(session, rerun))
    progress = status.progress
    return {"finished": status.finished, "done": progress.done, "total": progress.total, "doing": status.doing}


@bp.get("/<rerun>/submissions/<submission>")
@requires(Permission.GRADE)
def side_by_side(course: str, rerun: str, submission: str) -> str:
    """Show the results of one submission by both runs, test by test, those that flip first."""
    query, member = ChangesQuery(request.args), current_member()
    with services().database.read() as session:
        found = rerun_or_404(session, rerun)
        item = rerun_item(session, found, submission) or abort(404)
        position = adjacent_submissions(session, found, submission, change=query.chosen_change, test=query.test.data)
        (change,), _ = submission_changes(session, found, submission_id=submission)
        title, files = item.submission.assignment.title, item.submission.files
        pairs = pairs_of(item.before, item.after)
    comparison = ("Comparison", url_for("reruns.show", course=course, rerun=rerun))
    page = SideBySidePage(
        member=member,
        rerun=found,
        item=item,
        change=change,
        title=title,
        pairs=pairs,
        files={name: data.decode("utf-8", "replace") for name, data in files.items()},
        position=position,
        filters=query.arguments("change", "test"),
        path=path_to_reruns(comparison, (f"{change.name}, attempt {change.number}", None)),
    )
    return render_page("reruns/submission.html", page)


@bp.post("/<rerun>/<any(pause, resume, cancel, apply, discard, undo):action>")
@requires(Permission.GRADE)
def decide(course: str, rerun: str, action: Action) -> ResponseReturnValue:
    """Pause, resume, cancel, apply, discard or undo a rerun."""
    form, member = DecisionForm(), current_member()
    try:
        with services().database.write() as session:
            found = rerun_or_404(session, rerun, lock=True)
            result = act(session, found, action, form.decision(manages=member.manages), member.person_id)
    except (InvalidRerun, NotAllowed) as refused:
        with services().database.read() as session:
            found = rerun_or_404(session, rerun)
            page = rerun_page(session, found, member, ChangesQuery(request.args), form, str(refused))
        return render_page("reruns/show.html", page), _status(refused)
    services().announcer.wake("background", result.queued)
    flash(result.sentence, "info" if action == "pause" else "good")
    return redirect(url_for("reruns.show", course=course, rerun=rerun), 303)


def _status(refused: Exception) -> int:
    return 422 if isinstance(refused, InvalidRerun) else 409
