"""The audit log of a course: who changed which grade, date, bundle or role, when and why."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, join

from records.courses.members import Member
from records.courses.models import Assignment, Membership
from records.database.audit import AuditEntry
from records.database.engine import Database
from records.people.models import Person
from records.reruns.models import Rerun
from records.submissions.models import Submission
from records.versions.models import Version
from web.audit.changes import Change, changes_in
from web.audit.subjects import Subject, subjects_of
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.ui.csv import Value, sent_csv

_ENTRIES: Final = 50  # of a page
_AT_ONCE: Final = 1000

bp = Blueprint("audit", __name__, url_prefix="/courses/<course>/audit")


@dataclass(frozen=True)
class View:
    """What of the log is asked for.

    Attributes:
        person, action: whose deeds, and of which kind; "" for all.
        text: what is in the subject's name, or in the reason.
        since, until: days in UTC, both included; "" for no bound.
        before: the entry that the page begins behind, 0 for the latest.
    """

    person: str = ""
    action: str = ""
    text: str = ""
    since: str = ""
    until: str = ""
    before: int = 0

    def arguments(self) -> dict[str, Any]:
        """Return what stands in the address for it."""
        asked = {**vars(self), "q": self.text}
        del asked["text"]
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Row:
    """An entry as it is shown."""

    entry: AuditEntry
    actor: str
    subject: Subject
    changes: Sequence[Change]


@bp.get("")
@requires(Permission.MANAGE)
def show(course: str) -> Any:
    """List who changed what, the latest first."""
    view, problem = _view()
    with services().database.read() as session:
        member = current_member()
        entries = list(session.scalars(_query(member, view).limit(_ENTRIES + 1)))
        rows = list(_rows(session, entries[:_ENTRIES]))
        actions, actors = _choices(session, member)
    more = replace(view, before=entries[_ENTRIES - 1].id) if len(entries) > _ENTRIES else None
    return render_template(
        "audit/show.html",
        course=member.course,
        rows=rows,
        view=view,
        problem=problem,
        actions=actions,
        actors=actors,
        export=url_for("audit.export", course=course, **replace(view, before=0).arguments()),
        older=url_for("audit.show", course=course, **more.arguments()) if more else None,
        newest=url_for("audit.show", course=course, **replace(view, before=0).arguments()) if view.before else None,
        breadcrumbs=[(member.course.title, url_for("courses.show", course=course)), ("Audit log", None)],
    ), 422 if problem else 200


@bp.get("/export")
@requires(Permission.MANAGE)
def export(course: str) -> Response:
    """Send the entries that are asked for as CSV."""
    view, _ = _view()
    headings = ["When (UTC)", "Who", "What", "Subject", "Reason", "Before", "After", "Subject's id"]
    database = services().database
    member = current_member()
    return sent_csv(f"{member.course.slug}-audit", headings, _exported(database, member, view))


def _exported(database: Database, member: Member, view: View) -> Iterator[list[Value]]:
    """Yield all entries that are asked for, some at a time: there may be more than one wants to hold."""
    while True:
        with database.read() as session:
            entries = session.scalars(_query(member, view).limit(_AT_ONCE)).all()
            rows = list(_rows(session, entries))
        if not rows:
            return
        view = replace(view, before=entries[-1].id)
        for row in rows:
            entry = row.entry
            yield [
                entry.at.strftime("%Y-%m-%d %H:%M:%S"),
                row.actor,
                entry.action,
                row.subject.text,
                entry.reason,
                "; ".join(f"{change.name}: {change.before}" for change in row.changes),
                "; ".join(f"{change.name}: {change.after}" for change in row.changes),
                entry.subject,
            ]


def _query(member: Member, view: View) -> Select[AuditEntry]:
    entry = AuditEntry
    query = select(entry).where(entry.course_id == member.course.id).order_by(entry.id.desc())
    if view.person:
        query = query.where(entry.actor == view.person)
    if view.action:
        query = query.where(entry.action == view.action)
    if view.text:
        words = entry.reason.icontains(view.text, autoescape=True)
        query = query.where(or_(words, entry.subject.icontains(view.text, autoescape=True), _about(member, view.text)))
    if view.since:
        query = query.where(entry.at >= _day(view.since))
    if view.until:
        query = query.where(entry.at < _day(view.until) + timedelta(days=1))
    return query.where(entry.id < view.before) if view.before else query


def _about(member: Member, text: str) -> Any:
    """Tell whether an entry is about somebody, or about an assignment, whose name has these words in it."""
    person, assignment, version = Person, Assignment, Version
    named = or_(person.name.icontains(text, autoescape=True), person.email.icontains(text, autoescape=True))
    called = or_(assignment.slug.icontains(text, autoescape=True), version.title.icontains(text, autoescape=True))
    here = assignment.course_id == member.course.id
    submissions = (
        select("submission " + Submission.id)
        .join(person, person.id == Submission.person_id)
        .join(assignment, assignment.id == Submission.assignment_id)
        .outerjoin(version, version.hash == assignment.version_hash)
    )
    reruns = select("rerun " + Rerun.id).join(assignment, assignment.id == Rerun.assignment_id)
    people = select(person.id).join(Membership, Membership.person_id == person.id)
    policy = select("person " + person.id + " at assignment " + assignment.id).select_from(
        join(person, Membership, Membership.person_id == person.id)
        .join(assignment, assignment.course_id == Membership.course_id)
        .outerjoin(version, version.hash == assignment.version_hash)
    )
    subject, course = AuditEntry.subject, member.course.id
    of_version = (version, version.hash == assignment.version_hash)
    return or_(
        subject.in_(submissions.where(here, or_(named, called))),
        subject.in_(select("assignment " + assignment.id).outerjoin(*of_version).where(here, called)),
        subject.in_(reruns.outerjoin(*of_version).where(here, called)),
        subject.in_(policy.where(here, or_(named, called))),
        subject.in_(
            people.with_only_columns("person " + person.id + f" in course {course}").where(
                Membership.course_id == course, named
            )
        ),
    )


def _rows(session: Session, entries: Sequence[AuditEntry]) -> Iterator[Row]:
    names = _names(session, {entry.actor for entry in entries})
    subjects = subjects_of(session, {entry.subject for entry in entries})
    for entry in entries:
        yield Row(entry, names.get(entry.actor, entry.actor), subjects[entry.subject], changes_in(entry))


def _names(session: Session, ids: set[str]) -> Mapping[str, str]:
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def _choices(session: Session, member: Member) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the kinds of deeds, and who did any, in this course."""
    entry = AuditEntry
    here = entry.course_id == member.course.id
    actions = session.scalars(select(entry.action).where(here).distinct().order_by(entry.action)).all()
    ids = set(session.scalars(select(entry.actor).where(here).distinct()))
    names = _names(session, ids)
    return list(actions), sorted(((one, names.get(one, one)) for one in ids), key=lambda pair: pair[1].casefold())


def _view() -> tuple[View, str]:
    """Return what is asked for, and what of it cannot be understood."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("person", "action", "since", "until")}
    before = request.args.get("before", "")
    problem = ""
    for name in ("since", "until"):
        if asked[name] and _parsed(asked[name]) is None:
            problem = f"{asked[name]} is no day. Write one such as 2026-09-30."
            asked[name] = ""
    behind = int(before) if re.fullmatch(r"[0-9]{1,15}", before, re.ASCII) else 0
    return View(**asked, text=request.args.get("q", "").strip()[:200], before=behind), problem


def _parsed(day: str) -> datetime | None:
    try:
        moment = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year < MAXYEAR else None  # whose last day has no next


def _day(day: str) -> datetime:
    moment = _parsed(day)
    assert moment is not None
    return moment
