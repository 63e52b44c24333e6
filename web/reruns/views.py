"""The pages of reruns, which people call reruns: a list, a new one, how far one is, what it would change, deciding.

They are for all staff. What pages and programs do to a rerun is in `web.reruns`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment
from records.database.engine import clock
from records.people.models import Person
from records.reruns.changes import CHANGES, Change, items_of, neighbours
from records.reruns.comparison import compare
from records.reruns.lifecycle import progress_of
from records.reruns.models import Rerun, RerunItem
from records.reruns.selection import (
    Selection,
    active_submissions_of,
    counts_of,
    select_submissions,
    tests_seen,
    versions_at,
)
from records.submissions.models import Submission
from records.submissions.rules import Refused
from web.authoring.presenters import short_hash as short
from web.extensions import services
from web.reruns import acts
from web.reruns.pairs import pairs_of
from web.security.permissions import Member, assignment_at, staff_member
from web.security.session import user
from web.ui.breadcrumbs import Breadcrumb

PER_PAGE: Final = 100
_LISTED: Final = 100
_PAGES: Final = 100_000

bp = Blueprint("reruns", __name__, url_prefix="/courses/<course>/reruns")


@dataclass(frozen=True)
class Option:
    """A choice of submissions, as the form offers it.

    Attributes:
        count: how many submissions it is.
    """

    which: Selection
    label: str
    hint: str
    count: int


@bp.get("")
def index(course: str) -> Any:
    """List the reruns of a course, the latest first."""
    with services().database.read() as session:
        member = staff_member(session, user().person_id, course)
        query = select(Rerun).where(Rerun.course_id == member.course.id)
        of_assignment = joinedload(Rerun.assignment).joinedload(Assignment.version)
        latest = query.options(joinedload(Rerun.person), of_assignment)
        reruns = session.scalars(latest.order_by(Rerun.asked_at.desc()).limit(_LISTED)).all()
        progress = progress_of(session, [rerun.id for rerun in reruns])
    return render_template(
        "reruns/index.html",
        member=member,
        course=member.course,
        reruns=reruns,
        progress=progress,
        breadcrumbs=_breadcrumbs(member),
    )


@bp.route("/new", methods=["GET", "POST"])
def new(course: str) -> Any:
    """Ask which submissions to grade again, and by what; those picked on other pages are sent, as they may be many."""
    values = request.values
    asked = acts.Asked(
        assignment=values.get("assignment", ""),
        which=values.get("which", ""),
        version=values.get("version", ""),
        test=values.get("test", ""),
        submissions=values.getlist("submission"),
    )
    return _form(course, asked, people=values.getlist("person"))


@bp.post("")
def create(course: str) -> Any:
    """Begin a rerun."""
    form = request.form
    asked = acts.Asked(
        assignment=form.get("assignment", ""),
        which=form.get("which", ""),
        version=form.get("version", ""),
        test=form.get("test", ""),
        submissions=form.getlist("submission"),
        seed=acts.fresh_seed() if form.get("one_seed") else None,
        reason=form.get("reason", ""),
    )
    try:
        rerun_id = acts.begin(user().person_id, course, asked)
    except (acts.Rejected, Refused) as refused:
        return _form(course, asked, str(refused)), 422 if isinstance(refused, acts.Rejected) else 409
    return redirect(url_for("reruns.show", course=course, rerun=rerun_id), 303)


@bp.get("/<rerun>")
def show(course: str, rerun: str) -> Any:
    """Show how far a rerun is, and what it would change."""
    return _comparison(course, rerun)


@bp.get("/<rerun>/state")
def state(course: str, rerun: str) -> Any:
    """Tell a page's script how far a rerun is."""
    with services().database.read() as session:
        found, _ = acts.rerun_of(session, user().person_id, rerun, course)
        now = acts.state_of(session, found)
    return {"finished": now.finished, "done": now.progress.done, "total": now.progress.total, "doing": now.doing}


@bp.get("/<rerun>/submissions/<submission>")
def side_by_side(course: str, rerun: str, submission: str) -> Any:
    """Show one submission's results by both runs, test by test, those that flip first."""
    change, test = _change(), request.args.get("test", "")
    with services().database.read() as session:
        found, member = acts.rerun_of(session, user().person_id, rerun, course)
        of_submission = joinedload(RerunItem.submission).undefer(Submission.files)
        options = [joinedload(RerunItem.before), joinedload(RerunItem.after), of_submission]
        item = session.get(RerunItem, (found.id, submission), options=options) or abort(404)
        handed = item.submission
        filters: dict[str, Any] = {"change": change, "test": test}
        before, after, place, total = neighbours(session, found, submission, **filters)
        (row,), _ = items_of(session, found, submission_id=submission)
        pairs = pairs_of(item.before, item.after)
        title = handed.assignment.title
    here = url_for("reruns.show", course=course, rerun=rerun)
    return render_template(
        "reruns/submission.html",
        member=member,
        course=member.course,
        rerun=found,
        item=item,
        row=row,
        title=title,
        pairs=pairs,
        files={name: data.decode("utf-8", "replace") for name, data in handed.files.items()},
        neighbours={"before": before, "after": after, "place": place, "total": total},
        filters={name: value for name, value in filters.items() if value},
        short=short,
        breadcrumbs=[
            *_breadcrumbs(member, linked=True),
            ("Comparison", here),
            (f"{row.name}, attempt {row.number}", None),
        ],
    )


@bp.post("/<rerun>/<any(pause, resume, cancel, apply, discard, undo):verb>")
def act(course: str, rerun: str, verb: acts.Act) -> Any:
    """Stop a rerun, go on with it, or decide on it."""
    form = request.form
    decision = acts.Decision(form.get("scope", ""), form.getlist("submission"), form.get("reason", ""))
    try:
        with services().database.write() as session:
            found, member = acts.rerun_of(session, user().person_id, rerun, course, lock=True)
            sentence, queued = acts.act(session, member, found, verb, decision)
    except (acts.Rejected, Refused) as refused:
        status = 422 if isinstance(refused, acts.Rejected) else 409
        return _comparison(course, rerun, problem=str(refused), decision=decision), status
    services().submitter.wake("background", queued)
    flash(sentence, "good" if verb != "pause" else "info")
    return redirect(url_for("reruns.show", course=course, rerun=rerun), 303)


def _comparison(course: str, rerun_id: str, *, problem: str = "", decision: acts.Decision | None = None) -> Any:
    change, test = _change(), request.args.get("test", "")
    name, page = request.args.get("name", "").strip(), min(_PAGES, max(1, request.args.get("page", 1, type=int)))
    with services().database.read() as session:
        rerun, member = acts.rerun_of(session, user().person_id, rerun_id, course)
        now = acts.state_of(session, rerun)
        comparison = compare(session, rerun) if now.progress.done else None
        items, total = items_of(
            session, rerun, change=change, test=test, name=name, offset=(page - 1) * PER_PAGE, limit=PER_PAGE
        )
        title = rerun.assignment.title if rerun.assignment else "the whole course"
        assignments = _assignments(session, member) if rerun.assignment is None else {}
    filters = {"change": change, "test": test, "name": name}
    return render_template(
        "reruns/show.html",
        member=member,
        course=member.course,
        rerun=rerun,
        title=title,
        state=now,
        comparison=comparison,
        items=items,
        total=total,
        page=page,
        last=max(1, -(-total // PER_PAGE)),
        filters={key: value for key, value in filters.items() if value},
        assignments=assignments,
        problem=problem,
        decision=decision or acts.Decision(),
        short=short,
        most=acts.MAX_REASON,
        breadcrumbs=[*_breadcrumbs(member, linked=True), (f"Rerun of {title}", None)],
    )


def _form(course: str, asked: acts.Asked, problem: str = "", people: Sequence[str] = ()) -> Any:
    with services().database.read() as session:
        member = staff_member(session, user().person_id, course)
        assignments = list(_assignments(session, member).values())
        found = assignment_at(session, member, asked.assignment) if asked.assignment else None
        now = clock(session)
        if people and found:
            asked = replace(asked, submissions=active_submissions_of(session, found, people, now))
        if request.endpoint == "reruns.new" and request.method == "POST" and not asked.submissions:
            problem = "Nobody is picked for whom something counts there. Choose below, or pick again."
        options = _options(session, member, found, asked, now)
        tests = tests_seen(session, found) if found else []
        versions = versions_at(session, found) if found else []
        picked = _people(session, member, asked.submissions)
    return render_template(
        "reruns/new.html",
        member=member,
        course=member.course,
        assignments=assignments,
        assignment=found,
        options=options,
        tests=[test for test in tests if test.failed],
        versions=versions,
        picked=picked,
        asked=asked,
        problem=problem,
        short=short,
        most=acts.MAX_REASON,
        breadcrumbs=[*_breadcrumbs(member, linked=True), ("New", None)],
    )


def _options(
    session: Session, member: Member, assignment: Assignment | None, asked: acts.Asked, now: datetime
) -> list[Option]:
    counts = counts_of(session, member.course, assignment, now)
    if assignment is None:
        told = "What counts of each student at each assignment, by the versions in force."
        options = [Option("course", "What counts in the whole course", told, counts["course"])]
    else:
        options = [
            Option("all", "All attempts", "All that are graded by now, also those that do not count.", counts["all"]),
            Option("active", "Those that count", "One of each student.", counts["active"]),
            Option("latest", "The latest", "Of each student, whether it counts or not.", counts["latest"]),
        ]
    if assignment is not None and asked.submissions:
        picked = select_submissions(session, member.course, assignment, "picked", now, submission_ids=asked.submissions)
        options.insert(0, Option("picked", "Those picked", "Picked by hand, on another page.", len(picked)))
    return options


def _people(session: Session, member: Member, submission_ids: Sequence[str]) -> list[str]:
    """Return the names of those whose submissions are picked: of this course alone, whatever ids the address holds."""
    query = (
        select(Person.name)
        .join(Submission, Submission.person_id == Person.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == member.course.id, Submission.kind == "submit")
        .where(Submission.id.in_(submission_ids))
    )
    return list(session.scalars(query.distinct().order_by(Person.name).limit(_LISTED)))


def _assignments(session: Session, member: Member) -> dict[str, Assignment]:
    query = select(Assignment).where(Assignment.course_id == member.course.id)
    ordered = query.options(joinedload(Assignment.version)).order_by(Assignment.position)
    return {one.id: one for one in session.scalars(ordered)}


def _change() -> Change | None:
    wanted = request.args.get("change", "")
    return next((change for change in CHANGES if change == wanted), None)


def _breadcrumbs(member: Member, *, linked: bool = False) -> list[Breadcrumb]:
    course = member.course.slug
    return [
        (member.course.title, url_for("courses.show", course=course)),
        ("Reruns", url_for("reruns.index", course=course) if linked else None),
    ]
