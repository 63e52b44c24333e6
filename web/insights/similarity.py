"""Submissions that are alike: a search that staff ask for, its pairs, two of them side by side; for staff alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.models import Assignment
from records.database.audit import audit
from records.insights.similarity import MIN_TOKENS
from records.people.models import Person
from records.queue.jobs import Study, ask_for_study
from records.submissions.models import Submission
from records.submissions.rules import Refused
from web.extensions import parts
from web.security.permissions import Seat, assignment_at, staff_seat
from web.security.session import user
from web.ui.breadcrumbs import Crumb, crumbs_to

pages = Blueprint("similarity", __name__, url_prefix="/courses/<course>/assignments/<assignment>/similarity")

_EARLIER: Final = 10


@dataclass(frozen=True)
class Side:
    """One of two submissions; of each file its lines, and whether each is in a passage that both have."""

    submission: Submission
    share: float
    files: dict[str, list[tuple[str, bool]]]


@pages.get("")
def show(course: str, assignment: str) -> Any:
    """Show what the last search found, or how far it is."""
    with parts().database.read() as session:
        seat, found = _at(session, course, assignment)
        searches = _searches(session, found)
        study = _chosen(searches)
        report = study.report if study is not None and study.state == "done" else None
        people = _authors(session, found, report) if report else {}
    return render_template(
        "similarity.html",
        course=seat.course,
        assignment=found,
        study=study,
        searches=searches,
        report=report,
        people=people,
        least=MIN_TOKENS,
        crumbs=[*_crumbs(seat, found), ("Similarity", None)],
    )


@pages.post("")
def ask(course: str, assignment: str) -> Any:
    """Ask for a search through each student's last attempt."""
    with parts().database.write() as session:
        seat, found = _at(session, course, assignment)
        try:
            study = ask_for_study(session, "similarity", found, seat.person_id, found.version_hash)
        except Refused as refused:
            flash(str(refused), "bad")
        else:
            subject = f"assignment {found.id}"
            audit(
                session,
                actor=seat.person_id,
                action="search similarity",
                subject=subject,
                course_id=seat.course.id,
                after={"study": study.id},
            )
    parts().intake.wake("batch")
    return redirect(url_for("similarity.show", course=course, assignment=assignment), 303)


@pages.get("/<study>/state")
def state(course: str, assignment: str, study: str) -> Any:
    """Say how far a search is."""
    with parts().database.read() as session:
        _, found = _at(session, course, assignment)
        search = _search(session, found, study)
        return {
            "finished": search.finished_at is not None,
            "done": search.done,
            "total": search.total,
            "doing": "pairs compared" if search.total else "",
        }


@pages.get("/<study>/<int:pair>")
def pair(course: str, assignment: str, study: str, pair: int) -> Any:
    """Show two submissions side by side, with what they have in common marked."""
    with parts().database.read() as session:
        seat, found = _at(session, course, assignment)
        search = _search(session, found, study)
        pairs = (search.report or {}).get("pairs", []) if search.state == "done" else []
        if not 1 <= pair <= len(pairs):
            abort(404)
        alike = pairs[pair - 1]
        left, right = (_side(session, found, alike, side) for side in ("left", "right"))
    back = url_for("similarity.show", course=course, assignment=assignment, study=study)
    crumbs = [*_crumbs(seat, found), ("Similarity", back)]
    return render_template(
        "similarity_pair.html",
        course=seat.course,
        assignment=found,
        study=search,
        alike=alike,
        number=pair,
        count=len(pairs),
        sides=(left, right),
        crumbs=[*crumbs, (f"Pair {pair}", None)],
    )


def _at(session: Session, course: str, slug: str) -> tuple[Seat, Assignment]:
    seat = staff_seat(session, user().person_id, course)
    return seat, assignment_at(session, seat, slug)


def _crumbs(seat: Seat, assignment: Assignment) -> list[Crumb]:
    back = url_for("insights.show", course=seat.course.slug, assignment=assignment.slug)
    return [*crumbs_to(seat, assignment), ("What the class tells", back)]


def _searches(session: Session, assignment: Assignment) -> Sequence[Study]:
    query = (
        select(Study)
        .where(Study.assignment_id == assignment.id, Study.kind == "similarity")
        .order_by(Study.asked_at.desc(), Study.id)
        .limit(_EARLIER)
    )
    return session.scalars(query).all()


def _chosen(searches: Sequence[Study]) -> Study | None:
    wanted = request.args.get("study")
    if wanted is None:
        return searches[0] if searches else None
    return next((study for study in searches if study.id == wanted), None) or abort(404)


def _search(session: Session, assignment: Assignment, study_id: str) -> Study:
    query = select(Study).where(
        Study.id == study_id,
        Study.assignment_id == assignment.id,
        Study.kind == "similarity",
    )
    return session.scalar(query.options(undefer(Study.report))) or abort(404)


def _authors(session: Session, assignment: Assignment, report: dict[str, Any]) -> dict[str, str]:
    """Return by submission who handed it in."""
    query = (
        select(Submission.id, Person.name)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
    )
    wanted = {alike[side] for alike in report["pairs"] for side in ("left", "right")} | set(report["too_short"])
    return {submission_id: name for submission_id, name in session.execute(query) if submission_id in wanted}


def _side(session: Session, assignment: Assignment, alike: dict[str, Any], side: str) -> Side:
    query = select(Submission).where(Submission.id == alike[side], Submission.assignment_id == assignment.id)
    options = (undefer(Submission.files), joinedload(Submission.person))
    submission = session.scalar(query.options(*options)) or abort(404)
    files = {}
    for name, data in submission.files.items():
        ranges = [passage[side] for passage in alike["passages"] if passage["file"] == name]
        lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        files[name] = [
            (line, any(first <= number <= last for first, last in ranges)) for number, line in enumerate(lines, 1)
        ]
    return Side(submission, alike[f"{side}_share"], files)
