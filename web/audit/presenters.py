"""The audit log as somebody reads it: each entry with its subject, the subject's page, and the changes in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from flask import url_for

from records.audit.queries import NamedEntry
from records.courses.members import CourseRef
from records.database.audit import AuditEntry
from web.audit.changes import Change, changes_in
from web.audit.forms import FilterForm
from web.ui.csv import Value
from web.ui.pages import PageInCourse

HEADINGS: Final = ("When (UTC)", "Who", "What", "Subject", "Reason", "Before", "After", "Subject's id")


class Subject(NamedTuple):
    """What an entry is about: in words, the address of its page if it has one, and its kind and id."""

    text: str
    url: str | None
    id: str


@dataclass(frozen=True)
class Row:
    """An entry as it is shown."""

    entry: AuditEntry
    actor: str
    subject: Subject
    changes: Sequence[Change]

    def as_csv(self) -> list[Value]:
        """Return the entry under `HEADINGS`."""
        return [
            self.entry.at.strftime("%Y-%m-%d %H:%M:%S"),
            self.actor,
            self.entry.action,
            self.subject.text,
            self.entry.reason,
            "; ".join(f"{change.name}: {change.before}" for change in self.changes),
            "; ".join(f"{change.name}: {change.after}" for change in self.changes),
            self.subject.id,
        ]


@dataclass(frozen=True, kw_only=True)
class AuditPage(PageInCourse):
    """A page of the log, with the kinds of acts, the ids and names, and the addresses that it offers."""

    form: FilterForm
    rows: Sequence[Row]
    actions: Sequence[str]
    actors: Sequence[tuple[str, str]]
    export: str
    older: str | None
    newest: str | None


def row_of(named: NamedEntry, course: CourseRef) -> Row:
    """Return an entry of a course's log as it is shown."""
    return Row(named.entry, named.actor, _subject_of(named, course), changes_in(named.entry))


def _subject_of(named: NamedEntry, course: CourseRef) -> Subject:
    entry = named.entry
    at = f"{named.person} at {named.title}"
    page = url_for("assignments.show", course=course.slug, assignment=named.slug) if named.slug else None
    if entry.submission_id:
        url = url_for("marking.show", submission_id=entry.submission_id) if named.slug else None
        return Subject(at if named.slug else entry.submission_id, url, f"submission {entry.submission_id}")
    if entry.rerun_id:
        url = url_for("reruns.show", course=course.slug, rerun=entry.rerun_id)
        return Subject(f"rerun of {named.title or 'the whole course'}", url, f"rerun {entry.rerun_id}")
    if entry.assignment_id and entry.person_id:
        return Subject(at, page, f"person {entry.person_id} at assignment {entry.assignment_id}")
    if entry.assignment_id:
        return Subject(named.title or "a deleted assignment", page, f"assignment {entry.assignment_id}")
    if entry.person_id:
        return Subject(named.person or entry.person_id, None, f"person {entry.person_id}")
    return Subject(course.title, url_for("courses.show", course=course.slug), f"course {course.id}")
