"""Similar submissions: a search that staff request, its pairs, and two submissions side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.errors import NotAllowed
from records.insights.searches import authors_of, request_search, search_at, searches_of
from records.insights.similarity import MIN_TOKENS
from records.queue.jobs import Job
from records.submissions.overview import submission_with_files
from web.extensions import services
from web.insights.forms import withdrawn_asked
from web.insights.presenters import ComparedSubmission, SimilarityPage, SimilarPairPage, path_to_insights
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.pages import render_page

bp = Blueprint("similarity", __name__, url_prefix="/courses/<course>/assignments/<assignment>/similarity")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> str:
    """Show what a search found, by default the last, or how far it is."""
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        searches = searches_of(session, found)
        job = _chosen(searches)
        report = job.report if job is not None and job.state == "done" else None
        people = authors_of(session, found, _submissions_in(report)) if report else {}
    page = SimilarityPage(
        member=current_member(),
        assignment=found,
        job=job,
        searches=searches,
        report=report,
        people=people,
        min_tokens=MIN_TOKENS,
        path=path_to_insights(("Similarity", None)),
    )
    return render_page("insights/similarity.html", page)


@bp.post("")
@requires(Permission.GRADE)
def search(course: str, assignment: str) -> ResponseReturnValue:
    """Search each student's last attempt."""
    with services().database.write() as session:
        found = assignment_at(session, assignment)
        try:
            request_search(session, found, current_member().person_id, withdrawn=withdrawn_asked())
        except NotAllowed as refused:
            flash(str(refused), "bad")
    services().announcer.wake("background")
    return redirect(url_for("similarity.show", course=course, assignment=assignment), 303)


@bp.get("/<job>/state")
@requires(Permission.GRADE)
def state(course: str, assignment: str, job: str) -> dict[str, Any]:
    """Return how far a search is."""
    with services().database.read() as session:
        search = search_at(session, assignment_at(session, assignment), job) or abort(404)
    return {
        "finished": search.finished_at is not None,
        "done": search.done,
        "total": search.total,
        "doing": "pairs compared" if search.total else "",
    }


@bp.get("/<job>/<int:pair>")
@requires(Permission.GRADE)
def pair(course: str, assignment: str, job: str, pair: int) -> str:
    """Show two submissions side by side, with what they share marked."""
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        search = search_at(session, found, job) or abort(404)
        pairs = (search.report or {}).get("pairs", []) if search.state == "done" else []
        if not 1 <= pair <= len(pairs):
            abort(404)
        chosen = pairs[pair - 1]
        submissions = [_compared(session, found, chosen, side) for side in ("left", "right")]
    back = ("Similarity", url_for("similarity.show", course=course, assignment=assignment, job=job))
    page = SimilarPairPage(
        member=current_member(),
        assignment=found,
        job=search,
        pair=chosen,
        number=pair,
        count=len(pairs),
        submissions=submissions,
        path=path_to_insights(back, (f"Pair {pair}", None)),
    )
    return render_page("insights/similarity_pair.html", page)


def _chosen(searches: Sequence[Job]) -> Job | None:
    wanted = request.args.get("job")
    if wanted is None:
        return searches[0] if searches else None
    return next((job for job in searches if job.id == wanted), None) or abort(404)


def _submissions_in(report: Mapping[str, Any]) -> set[str]:
    return {pair[side] for pair in report["pairs"] for side in ("left", "right")} | set(report["too_short"])


def _compared(session: Session, assignment: Assignment, pair: Mapping[str, Any], side: str) -> ComparedSubmission:
    submission = submission_with_files(session, assignment, pair[side]) or abort(404)
    files = {}
    for name, data in submission.files.items():
        ranges = [passage[side] for passage in pair["passages"] if passage["file"] == name]
        lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        files[name] = [
            (line, any(first <= number <= last for first, last in ranges)) for number, line in enumerate(lines, 1)
        ]
    return ComparedSubmission(submission, pair[f"{side}_share"], files)
