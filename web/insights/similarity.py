"""Submissions that are alike: a search that staff ask for, its pairs, two of them side by side; for staff alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.audit import audit
from records.errors import NotAllowed
from records.insights.similarity import MIN_TOKENS
from records.people.models import Person
from records.queue.jobs import Job, request_job
from records.submissions.models import Submission
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.breadcrumbs import Breadcrumb, breadcrumbs_to

bp = Blueprint("similarity", __name__, url_prefix="/courses/<course>/assignments/<assignment>/similarity")

_EARLIER: Final = 10


@dataclass(frozen=True)
class Side:
    """One of two submissions; of each file its lines, and whether each is in a passage that both have."""

    submission: Submission
    share: float
    files: dict[str, list[tuple[str, bool]]]


@bp.get("")
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> Any:
    """Show what the last search found, or how far it is."""
    with services().database.read() as session:
        member, found = _at(session, assignment)
        searches = _searches(session, found)
        job = _chosen(searches)
        report = job.report if job is not None and job.state == "done" else None
        people = _authors(session, found, report) if report else {}
    return render_template(
        "insights/similarity.html",
        course=member.course,
        assignment=found,
        job=job,
        searches=searches,
        report=report,
        people=people,
        least=MIN_TOKENS,
        breadcrumbs=[*_breadcrumbs(member, found), ("Similarity", None)],
    )


@bp.post("")
@requires(Permission.GRADE)
def ask(course: str, assignment: str) -> Any:
    """Ask for a search through each student's last attempt."""
    with services().database.write() as session:
        member, found = _at(session, assignment)
        try:
            job = request_job(session, "similarity", found, member.person_id, found.version_hash)
        except NotAllowed as refused:
            flash(str(refused), "bad")
        else:
            audit(
                session,
                actor=member.person_id,
                action="search similarity",
                assignment_id=found.id,
                course_id=member.course.id,
                after={"job": job.id},
            )
    services().submitter.wake("background")
    return redirect(url_for("similarity.show", course=course, assignment=assignment), 303)


@bp.get("/<job>/state")
@requires(Permission.GRADE)
def state(course: str, assignment: str, job: str) -> Any:
    """Say how far a search is."""
    with services().database.read() as session:
        _, found = _at(session, assignment)
        search = _search(session, found, job)
        return {
            "finished": search.finished_at is not None,
            "done": search.done,
            "total": search.total,
            "doing": "pairs compared" if search.total else "",
        }


@bp.get("/<job>/<int:pair>")
@requires(Permission.GRADE)
def pair(course: str, assignment: str, job: str, pair: int) -> Any:
    """Show two submissions side by side, with what they have in common marked."""
    with services().database.read() as session:
        member, found = _at(session, assignment)
        search = _search(session, found, job)
        pairs = (search.report or {}).get("pairs", []) if search.state == "done" else []
        if not 1 <= pair <= len(pairs):
            abort(404)
        alike = pairs[pair - 1]
        left, right = (_side(session, found, alike, side) for side in ("left", "right"))
    back = url_for("similarity.show", course=course, assignment=assignment, job=job)
    breadcrumbs = [*_breadcrumbs(member, found), ("Similarity", back)]
    return render_template(
        "insights/similarity_pair.html",
        course=member.course,
        assignment=found,
        job=search,
        alike=alike,
        number=pair,
        count=len(pairs),
        sides=(left, right),
        breadcrumbs=[*breadcrumbs, (f"Pair {pair}", None)],
    )


def _at(session: Session, slug: str) -> tuple[Member, Assignment]:
    member = current_member()
    return member, assignment_at(session, member, slug)


def _breadcrumbs(member: Member, assignment: Assignment) -> list[Breadcrumb]:
    back = url_for("insights.show", course=member.course.slug, assignment=assignment.slug)
    return [*breadcrumbs_to(member, assignment), ("What the class tells", back)]


def _searches(session: Session, assignment: Assignment) -> Sequence[Job]:
    query = (
        select(Job)
        .where(Job.assignment_id == assignment.id, Job.kind == "similarity")
        .order_by(Job.asked_at.desc(), Job.id)
        .limit(_EARLIER)
    )
    return session.scalars(query).all()


def _chosen(searches: Sequence[Job]) -> Job | None:
    wanted = request.args.get("job")
    if wanted is None:
        return searches[0] if searches else None
    return next((job for job in searches if job.id == wanted), None) or abort(404)


def _search(session: Session, assignment: Assignment, job_id: str) -> Job:
    query = select(Job).where(
        Job.id == job_id,
        Job.assignment_id == assignment.id,
        Job.kind == "similarity",
    )
    return session.scalar(query.options(undefer(Job.report))) or abort(404)


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
