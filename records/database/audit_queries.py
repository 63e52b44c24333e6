"""What a course's audit log shows: entries by a filter, with the names of whom and what they concern."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.people.models import Person
from records.reruns.models import Rerun
from records.submissions.models import Submission
from records.versions.models import Version

_Actor = aliased(Person)
_Concerned = aliased(Person)


@dataclass(frozen=True)
class AuditFilter:
    """Which entries of a log are wanted.

    Attributes:
        actor, action: whose acts, and of which kind; "" for all.
        text: a part of a name, an address, a title or a reason, or the id of a submission or rerun; "" for all.
        since, until: days in UTC, both included; None for no bound.
        before: only entries older than the one of this id; 0 for all.
    """

    actor: str = ""
    action: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int = 0


@dataclass(frozen=True)
class NamedEntry:
    """An entry with names: of the actor, of the person concerned, and the assignment's slug and title; "" for none."""

    entry: AuditEntry
    actor: str
    person: str
    slug: str
    title: str


def audit_entries(session: Session, course_id: str, wanted: AuditFilter, limit: int) -> list[NamedEntry]:
    """Return the latest entries of a course's log that fit a filter, latest first, in one query."""
    query = _named().where(AuditEntry.course_id == course_id, *_conditions(wanted))
    rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(limit)).all()
    return [
        NamedEntry(entry, actor or entry.actor, person or "", slug or "", title or slug or "")
        for entry, actor, person, slug, title in rows
    ]


def audited_actions(session: Session, course_id: str) -> list[str]:
    """Return the kinds of acts in a course's log, in alphabetical order."""
    query = select(AuditEntry.action).where(AuditEntry.course_id == course_id)
    return list(session.scalars(query.distinct().order_by(AuditEntry.action)))


def audited_actors(session: Session, course_id: str) -> list[tuple[str, str]]:
    """Return who acted in a course, as ids and names, by name."""
    query = (
        select(AuditEntry.actor, func.coalesce(_Actor.name, AuditEntry.actor))
        .outerjoin(_Actor, _Actor.id == AuditEntry.actor)
        .where(AuditEntry.course_id == course_id)
        .distinct()
    )
    return sorted(((row[0], row[1]) for row in session.execute(query)), key=lambda pair: pair[1].casefold())


def _named() -> Select[AuditEntry, str | None, str | None, str | None, str | None]:
    assignment_id = func.coalesce(AuditEntry.assignment_id, Submission.assignment_id, Rerun.assignment_id)
    person_id = func.coalesce(AuditEntry.person_id, Submission.person_id)
    return (
        select(AuditEntry, _Actor.name, _Concerned.name, Assignment.slug, Version.title)
        .outerjoin(Submission, Submission.id == AuditEntry.submission_id)
        .outerjoin(Rerun, Rerun.id == AuditEntry.rerun_id)
        .outerjoin(Assignment, Assignment.id == assignment_id)
        .outerjoin(Version, Version.hash == Assignment.version_hash)
        .outerjoin(_Concerned, _Concerned.id == person_id)
        .outerjoin(_Actor, _Actor.id == AuditEntry.actor)
    )


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(AuditEntry.actor == wanted.actor)
    if wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.text:
        searched = (AuditEntry.reason, _Concerned.name, _Concerned.email, Assignment.slug, Version.title)
        ids = (AuditEntry.submission_id, AuditEntry.rerun_id)
        contains = [column.icontains(wanted.text, autoescape=True) for column in searched]
        conditions.append(or_(*contains, *(one == wanted.text for one in ids)))
    if wanted.since:
        conditions.append(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        conditions.append(AuditEntry.at < _midnight(wanted.until) + timedelta(days=1))
    if wanted.before:
        conditions.append(AuditEntry.id < wanted.before)
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
