"""The pages of batches, which people call reruns: a list, a new one, how far one is, what it would change, deciding.

They are for all staff. What pages and programs do to a batch is in `web.reruns`.
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
from records.reruns.models import Batch, BatchItem
from records.reruns.selection import Choice, choose, counting_of, counts_of, tests_seen, versions_at
from records.submissions.models import Submission
from records.submissions.rules import Refused
from web.authoring.views import short
from web.extensions import parts
from web.reruns import acts
from web.reruns.pairs import pairs_of
from web.security.permissions import Seat, assignment_at, staff_seat
from web.security.session import user
from web.ui.breadcrumbs import Crumb

PER_PAGE: Final = 100
_LISTED: Final = 100
_PAGES: Final = 100_000

pages = Blueprint("batches", __name__, url_prefix="/courses/<course>/reruns")


@dataclass(frozen=True)
class Option:
    """A choice of submissions, as the form offers it.

    Attributes:
        count: how many submissions it is.
    """

    which: Choice
    label: str
    hint: str
    count: int


@pages.get("")
def index(course: str) -> Any:
    """List the reruns of a course, the latest first."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        query = select(Batch).where(Batch.course_id == seat.course.id)
        of_assignment = joinedload(Batch.assignment).joinedload(Assignment.version)
        latest = query.options(joinedload(Batch.person), of_assignment)
        batches = session.scalars(latest.order_by(Batch.asked_at.desc()).limit(_LISTED)).all()
        progress = progress_of(session, [batch.id for batch in batches])
    return render_template(
        "batches.html", seat=seat, course=seat.course, batches=batches, progress=progress, crumbs=_crumbs(seat)
    )


@pages.route("/new", methods=["GET", "POST"])
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


@pages.post("")
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
        batch_id = acts.begin(user().person_id, course, asked)
    except (acts.Rejected, Refused) as refused:
        return _form(course, asked, str(refused)), 422 if isinstance(refused, acts.Rejected) else 409
    return redirect(url_for("batches.show", course=course, batch=batch_id), 303)


@pages.get("/<batch>")
def show(course: str, batch: str) -> Any:
    """Show how far a rerun is, and what it would change."""
    return _comparison(course, batch)


@pages.get("/<batch>/state")
def state(course: str, batch: str) -> Any:
    """Tell a page's script how far a rerun is."""
    with parts().database.read() as session:
        found, _ = acts.batch_of(session, user().person_id, batch, course)
        now = acts.state_of(session, found)
    return {"finished": now.finished, "done": now.progress.done, "total": now.progress.total, "doing": now.doing}


@pages.get("/<batch>/submissions/<submission>")
def side_by_side(course: str, batch: str, submission: str) -> Any:
    """Show one submission's results by both runs, test by test, those that flip first."""
    change, test = _change(), request.args.get("test", "")
    with parts().database.read() as session:
        found, seat = acts.batch_of(session, user().person_id, batch, course)
        of_submission = joinedload(BatchItem.submission).undefer(Submission.files)
        options = [joinedload(BatchItem.before), joinedload(BatchItem.after), of_submission]
        item = session.get(BatchItem, (found.id, submission), options=options) or abort(404)
        handed = item.submission
        filters: dict[str, Any] = {"change": change, "test": test}
        before, after, place, total = neighbours(session, found, submission, **filters)
        (row,), _ = items_of(session, found, submission_id=submission)
        pairs = pairs_of(item.before, item.after)
        title = handed.assignment.title
    here = url_for("batches.show", course=course, batch=batch)
    return render_template(
        "batch_pair.html",
        seat=seat,
        course=seat.course,
        batch=found,
        item=item,
        row=row,
        title=title,
        pairs=pairs,
        files={name: data.decode("utf-8", "replace") for name, data in handed.files.items()},
        neighbours={"before": before, "after": after, "place": place, "total": total},
        filters={name: value for name, value in filters.items() if value},
        short=short,
        crumbs=[*_crumbs(seat, linked=True), ("Comparison", here), (f"{row.name}, attempt {row.number}", None)],
    )


@pages.post("/<batch>/<any(pause, resume, cancel, apply, discard, undo):verb>")
def act(course: str, batch: str, verb: acts.Act) -> Any:
    """Stop a rerun, go on with it, or decide on it."""
    form = request.form
    decision = acts.Decision(form.get("scope", ""), form.getlist("submission"), form.get("reason", ""))
    try:
        with parts().database.write() as session:
            found, seat = acts.batch_of(session, user().person_id, batch, course, lock=True)
            sentence, queued = acts.act(session, seat, found, verb, decision)
    except (acts.Rejected, Refused) as refused:
        status = 422 if isinstance(refused, acts.Rejected) else 409
        return _comparison(course, batch, problem=str(refused), decision=decision), status
    parts().intake.wake("batch", queued)
    flash(sentence, "good" if verb != "pause" else "info")
    return redirect(url_for("batches.show", course=course, batch=batch), 303)


def _comparison(course: str, batch_id: str, *, problem: str = "", decision: acts.Decision | None = None) -> Any:
    change, test = _change(), request.args.get("test", "")
    name, page = request.args.get("name", "").strip(), min(_PAGES, max(1, request.args.get("page", 1, type=int)))
    with parts().database.read() as session:
        batch, seat = acts.batch_of(session, user().person_id, batch_id, course)
        now = acts.state_of(session, batch)
        comparison = compare(session, batch) if now.progress.done else None
        items, total = items_of(
            session, batch, change=change, test=test, name=name, offset=(page - 1) * PER_PAGE, limit=PER_PAGE
        )
        title = batch.assignment.title if batch.assignment else "the whole course"
        assignments = _assignments(session, seat) if batch.assignment is None else {}
    filters = {"change": change, "test": test, "name": name}
    return render_template(
        "batch.html",
        seat=seat,
        course=seat.course,
        batch=batch,
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
        crumbs=[*_crumbs(seat, linked=True), (f"Rerun of {title}", None)],
    )


def _form(course: str, asked: acts.Asked, problem: str = "", people: Sequence[str] = ()) -> Any:
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        assignments = list(_assignments(session, seat).values())
        found = assignment_at(session, seat, asked.assignment) if asked.assignment else None
        now = clock(session)
        if people and found:
            asked = replace(asked, submissions=counting_of(session, found, people, now))
        if request.endpoint == "batches.new" and request.method == "POST" and not asked.submissions:
            problem = "Nobody is picked for whom something counts there. Choose below, or pick again."
        options = _options(session, seat, found, asked, now)
        tests = tests_seen(session, found) if found else []
        versions = versions_at(session, found) if found else []
        picked = _people(session, seat, asked.submissions)
    return render_template(
        "batch_new.html",
        seat=seat,
        course=seat.course,
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
        crumbs=[*_crumbs(seat, linked=True), ("New", None)],
    )


def _options(
    session: Session, seat: Seat, assignment: Assignment | None, asked: acts.Asked, now: datetime
) -> list[Option]:
    counts = counts_of(session, seat.course, assignment, now)
    if assignment is None:
        told = "What counts of each student at each assignment, by the versions in force."
        options = [Option("course", "What counts in the whole course", told, counts["course"])]
    else:
        options = [
            Option("all", "All attempts", "All that are graded by now, also those that do not count.", counts["all"]),
            Option("counting", "Those that count", "One of each student.", counts["counting"]),
            Option("latest", "The latest", "Of each student, whether it counts or not.", counts["latest"]),
        ]
    if assignment is not None and asked.submissions:
        picked = choose(session, seat.course, assignment, "picked", now, submission_ids=asked.submissions)
        options.insert(0, Option("picked", "Those picked", "Picked by hand, on another page.", len(picked)))
    return options


def _people(session: Session, seat: Seat, submission_ids: Sequence[str]) -> list[str]:
    """Return the names of those whose submissions are picked: of this course alone, whatever ids the address holds."""
    query = (
        select(Person.name)
        .join(Submission, Submission.person_id == Person.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == seat.course.id, Submission.kind == "submit")
        .where(Submission.id.in_(submission_ids))
    )
    return list(session.scalars(query.distinct().order_by(Person.name).limit(_LISTED)))


def _assignments(session: Session, seat: Seat) -> dict[str, Assignment]:
    query = select(Assignment).where(Assignment.course_id == seat.course.id)
    ordered = query.options(joinedload(Assignment.version)).order_by(Assignment.position)
    return {one.id: one for one in session.scalars(ordered)}


def _change() -> Change | None:
    wanted = request.args.get("change", "")
    return next((change for change in CHANGES if change == wanted), None)


def _crumbs(seat: Seat, *, linked: bool = False) -> list[Crumb]:
    course = seat.course.slug
    return [
        (seat.course.title, url_for("courses.show", course=course)),
        ("Reruns", url_for("batches.index", course=course) if linked else None),
    ]
