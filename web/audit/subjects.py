"""What an entry of the audit log is about, as somebody reads it: with names, and the page to look at."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment, Course
from records.people.models import Person
from records.reruns.models import Rerun
from records.submissions.models import Submission

_KINDS: Final = ("submission", "assignment", "rerun", "course", "person")
_NAMED: Final = re.compile(rf"({'|'.join(_KINDS)}) ([0-9a-f]{{32}})", re.ASCII)

_Named = Mapping[tuple[str, str], "Subject"]


class Subject(NamedTuple):
    """What something is about: in words, and the address of its page if it has one."""

    text: str
    url: str | None = None


def subjects_of(session: Session, subjects: Collection[str]) -> dict[str, Subject]:
    """Return what each of some subjects is; what is not known stays as it is; the number of queries is constant."""
    parsed = {subject: _NAMED.findall(subject) for subject in subjects}
    ids: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for found in parsed.values():
        for kind, one in found:
            ids[kind].add(one)
    named = {
        **_submissions(session, ids["submission"]),
        **_assignments(session, ids["assignment"]),
        **_reruns(session, ids["rerun"]),
        **_courses(session, ids["course"]),
        **_people(session, ids["person"]),
    }
    return {subject: _worded(subject, [named.get(one) for one in found]) for subject, found in parsed.items()}


def _worded(subject: str, found: Sequence[Subject | None]) -> Subject:
    """Return a subject by the names of what is in it: "person X in course Y" is the person, for the course is known."""
    if not found or None in found:
        return Subject(subject)
    first, last = found[0], found[-1]
    assert first is not None
    assert last is not None
    return Subject(f"{first.text} at {last.text}", last.url) if " at assignment " in subject else first


def _submissions(session: Session, ids: Iterable[str]) -> _Named:
    query = (
        select(Submission)
        .where(Submission.id.in_(ids))
        .options(
            joinedload(Submission.person),
            joinedload(Submission.assignment).joinedload(Assignment.version),
        )
    )
    return {
        ("submission", one.id): Subject(
            f"{one.person.name} at {one.assignment.title}", url_for("marking.show", submission_id=one.id)
        )
        for one in session.scalars(query)
    }


def _assignments(session: Session, ids: Iterable[str]) -> _Named:
    query = (
        select(Assignment)
        .where(Assignment.id.in_(ids))
        .options(joinedload(Assignment.version), joinedload(Assignment.course))
    )
    return {
        ("assignment", one.id): Subject(
            one.title, url_for("assignments.show", course=one.course.slug, assignment=one.slug)
        )
        for one in session.scalars(query)
    }


def _reruns(session: Session, ids: Iterable[str]) -> _Named:
    query = (
        select(Rerun)
        .where(Rerun.id.in_(ids))
        .options(
            joinedload(Rerun.course),
            joinedload(Rerun.assignment).joinedload(Assignment.version),
        )
    )
    return {
        ("rerun", one.id): Subject(
            f"rerun of {one.assignment.title if one.assignment else 'the whole course'}",
            url_for("reruns.show", course=one.course.slug, rerun=one.id),
        )
        for one in session.scalars(query)
    }


def _courses(session: Session, ids: Iterable[str]) -> _Named:
    query = select(Course).where(Course.id.in_(ids))
    return {
        ("course", one.id): Subject(one.title, url_for("courses.show", course=one.slug))
        for one in session.scalars(query)
    }


def _people(session: Session, ids: Iterable[str]) -> _Named:
    query = select(Person).where(Person.id.in_(ids))
    return {("person", one.id): Subject(one.name) for one in session.scalars(query)}
