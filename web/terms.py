"""The terms of an assignment: when it is due, what lateness costs, what is shown; and extensions for some.

Nothing is changed before whoever changes it has seen whom it touches.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from grader import records
from web.access import Seat, assignment_at, managing_seat
from web.crumbs import Crumb, crumbs_to
from web.effects import effects_of
from web.moments import moment_as_typed, read_moment
from web.parts import parts
from web.session import user

__all__ = ["pages"]

MAX_REASON: Final = 500
_MAX_ATTEMPTS: Final = 10_000
_LABELS: Final = {
    "position": "Place in the course",
    "visibility": "Students see it",
    "opens_at": "Opens",
    "due_at": "Due",
    "late_percent_per_day": "Taken off for each day late",
    "attempts": "Attempts",
    "counting": "Which attempt counts",
    "results_held": "Results held back",
    "published_at": "Tests shown after release",
}

pages = Blueprint("terms", __name__, url_prefix="/courses/<course>/assignments/<assignment>/terms")


@dataclass(frozen=True)
class Read:
    """A form as it was read: values of what is right, and a sentence for each field that is not."""

    values: dict[str, Any]
    errors: dict[str, str]


@pages.get("")
def show(course: str, assignment: str) -> Any:
    """Show the terms, as a form, and who has others."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        return _page(session, seat, assignment_at(session, seat, assignment))


@pages.post("")
def save(course: str, assignment: str) -> Any:
    """Show whom other terms would touch; with `confirmed`, set them."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        records.hold_terms(session, found)
        read = _read_terms(found, records.clock(session))
        if read.errors:
            return _page(session, seat, found, read.errors), 422
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _terms_preview(session, seat, found, read.values, seen)
        changed = records.set_terms(session, found, read.values, seat.person_id)
    flash("The new terms hold from now on." if changed else "Nothing was changed.", "good" if changed else "info")
    return redirect(url_for("terms.show", course=course, assignment=assignment), 303)


@pages.post("/extensions")
def extend(course: str, assignment: str) -> Any:
    """Show whom an extension would touch; with `confirmed`, grant it."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        records.hold_terms(session, found)
        who = _chosen(session, seat, request.form.get("who", ""))
        read = _read_extension(found)
        if not who:
            read.errors["who"] = "Choose a student or a section."
        if read.errors:
            return _page(session, seat, found, read.errors), 422
        granted = {**read.values, "granted_by": seat.person_id}
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _extension_preview(session, seat, found, who, granted, seen)
        count = records.extend(session, found, list(who), **granted)
    flash(f"The extension holds for {'1 student' if count == 1 else f'{count} students'}.", "good")
    return redirect(url_for("terms.show", course=course, assignment=assignment, _anchor="extensions"), 303)


@pages.post("/extensions/withdraw")
def withdraw(course: str, assignment: str) -> Any:
    """Show what withdrawing a student's extension would touch; with `confirmed`, let the terms of all hold again."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        records.hold_terms(session, found)
        person_id, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:MAX_REASON]
        extension = session.get(records.Extension, (found.id, person_id))
        if extension is not None and not reason:
            return _page(session, seat, found, {"withdraw": "Say why it is withdrawn; students do not see it."}), 422
        seen = _seen(session, found)
        if extension is not None and request.form.get("confirmed") != seen:
            return _withdrawal_preview(session, seat, found, extension, reason, seen)
        gone = records.withdraw(session, found, person_id, seat.person_id, reason)
    flash(*(("The extension was withdrawn.", "good") if gone else ("There was no such extension any more.", "warn")))
    return redirect(url_for("terms.show", course=course, assignment=assignment, _anchor="extensions"), 303)


def _read_terms(assignment: records.Assignment, now: datetime) -> Read:
    form, values, errors = request.form, dict[str, Any](), dict[str, str]()
    for name in ("opens_at", "due_at"):
        _moment(name, getattr(assignment, name), values, errors)
    _number("position", 0, 1_000_000, values, errors)
    _number("attempts", 0, _MAX_ATTEMPTS, values, errors)
    try:
        values["late_percent_per_day"] = float(form.get("late_percent_per_day", "").replace(",", ".") or 0)
    except ValueError:
        values["late_percent_per_day"] = -1.0
    if not 0 <= values["late_percent_per_day"] <= 100:
        errors["late_percent_per_day"] = "This is a number from 0 to 100."
    for name, words in (("counting", ("best", "last", "first")), ("visibility", ("hidden", "visible"))):
        values[name] = form.get(name, "")
        if values[name] not in words:
            errors[name] = "Choose one of these."
    values["results_held"] = bool(form.get("results_held"))
    values["published_at"] = (assignment.published_at or now) if form.get("released") else None
    opens_at, due_at = values.get("opens_at"), values.get("due_at")
    if opens_at and due_at and opens_at >= due_at:
        errors["due_at"] = "It would be due before it opens."
    if values["visibility"] == "visible" and assignment.version_hash is None:
        errors["visibility"] = "Publish a version first: there is nothing yet that students could see."
    return Read(values, errors)


def _read_extension(assignment: records.Assignment) -> Read:
    values, errors = dict[str, Any](), dict[str, str]()
    _moment("extended_due_at", None, values, errors)
    _number("extended_attempts", 0, _MAX_ATTEMPTS, values, errors, empty=True)
    values["reason"] = request.form.get("reason", "").strip()[:MAX_REASON]
    if not values["reason"]:
        errors["reason"] = "Say why; students do not see it."
    due_at, attempts = values.pop("extended_due_at", None), values.pop("extended_attempts", None)
    if not errors and due_at is None and attempts is None:
        errors["extended_due_at"] = "Give another due date, another number of attempts, or both."
    if due_at and assignment.opens_at and due_at <= assignment.opens_at:
        errors["extended_due_at"] = "It would be due before it opens."
    return Read({**values, "due_at": due_at, "attempts": attempts}, errors)


def _moment(name: str, known: datetime | None, values: dict[str, Any], errors: dict[str, str]) -> None:
    try:
        values[name] = read_moment(request.form.get(name, ""), known)
    except ValueError as error:
        errors[name] = str(error)


def _number(
    name: str, least: int, most: int, values: dict[str, Any], errors: dict[str, str], *, empty: bool = False
) -> None:
    text = request.form.get(name, "").strip()
    if empty and not text:
        values[name] = None
    elif text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most:
        values[name] = int(text)
    else:
        errors[name] = f"This is a whole number from {least} to {most:,}."


def _chosen(session: Session, seat: Seat, who: str) -> dict[str, str]:
    """Return the names of the students that were chosen, by id."""
    kind, _, which = who.partition(":")
    query = (
        select(records.Person.id, records.Person.name)
        .join(records.Enrolment, records.Enrolment.person_id == records.Person.id)
        .where(records.Enrolment.course_id == seat.course.id, records.Enrolment.role == "student")
        .order_by(records.Person.name)
    )
    column = {"person": records.Person.id, "section": records.Enrolment.section}.get(kind)
    return (
        {}
        if column is None or not which
        else {row.id: row.name for row in session.execute(query.where(column == which))}
    )


def _terms_preview(
    session: Session, seat: Seat, assignment: records.Assignment, values: Mapping[str, Any], seen: str
) -> str:
    changes = [
        (name, _LABELS[name], getattr(assignment, name), value)
        for name, value in values.items()
        if getattr(assignment, name) != value
    ]
    effects = effects_of(session, assignment, lambda: records.set_terms(session, assignment, values, seat.person_id))
    headings, does = ("Term", "Now", "Then"), "Set these terms"
    shown = {"changes": changes, "who": {}, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.save", seen=seen, **shown)


def _extension_preview(
    session: Session,
    seat: Seat,
    assignment: records.Assignment,
    who: Mapping[str, str],
    granted: Mapping[str, Any],
    seen: str,
) -> str:
    changes = [
        (name, _LABELS[name], getattr(assignment, name), granted[name])
        for name in ("due_at", "attempts")
        if granted[name] is not None
    ]
    effects = effects_of(session, assignment, lambda: records.extend(session, assignment, list(who), **granted))
    headings, does = ("For those below", "For all", "For them"), "Grant the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.extend", seen=seen, **shown)


def _withdrawal_preview(
    session: Session, seat: Seat, assignment: records.Assignment, extension: records.Extension, reason: str, seen: str
) -> str:
    person_id = extension.person_id
    changes = [
        (name, _LABELS[name], getattr(extension, name), getattr(assignment, name))
        for name in ("due_at", "attempts")
        if getattr(extension, name) is not None
    ]
    who = {person_id: session.get_one(records.Person, person_id).name}
    effects = effects_of(
        session, assignment, lambda: records.withdraw(session, assignment, person_id, seat.person_id, reason)
    )
    headings, does = ("For those below", "Now", "Then, as for all"), "Withdraw the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.withdraw", seen=seen, **shown)


def _preview(seat: Seat, assignment: records.Assignment, action: str, **shown: Any) -> str:
    sent = {name: value for name, value in request.form.items() if name not in ("csrf_token", "confirmed")}
    stale = bool(request.form.get("confirmed"))
    terms = ("Terms", url_for("terms.show", course=seat.course.slug, assignment=assignment.slug))
    return render_template(
        "terms_preview.html",
        course=seat.course,
        assignment=assignment,
        action=url_for(action, course=seat.course.slug, assignment=assignment.slug),
        sent=sent,
        stale=stale,
        crumbs=[*crumbs_to(seat, assignment), terms, ("What would change", None)],
        **shown,
    )


def _seen(session: Session, assignment: records.Assignment) -> str:
    """Return what stands for the terms as they are: who confirms a change must have seen these."""
    own = [str(getattr(assignment, name)) for name in records.TERMS]
    extensions = sorted(
        (person, str(one.due_at), one.attempts)
        for (person, _), one in records.extensions_at(session, [assignment]).items()
    )
    return hashlib.sha256(json.dumps([own, extensions]).encode()).hexdigest()[:32]


def _page(session: Session, seat: Seat, assignment: records.Assignment, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "terms.html",
        course=seat.course,
        assignment=assignment,
        typed=_typed(assignment),
        errors=errors or {},
        extensions=_extensions(session, assignment),
        **_people(session, seat),
        crumbs=_crumbs(seat, assignment),
    )


def _typed(assignment: records.Assignment) -> Mapping[str, Any]:
    """Return what stands in the form: what was typed, or else what holds."""
    if request.method == "POST" and "counting" in request.form:
        return request.form
    holds = {name: getattr(assignment, name) for name in records.TERMS}
    moments = {name: moment_as_typed(holds[name]) for name in ("opens_at", "due_at")}
    return {**holds, **moments, "released": assignment.published_at, **request.form}


def _people(session: Session, seat: Seat) -> dict[str, Any]:
    query = (
        select(records.Person.id, records.Person.name, records.Person.email, records.Enrolment.section)
        .join(records.Enrolment, records.Enrolment.person_id == records.Person.id)
        .where(records.Enrolment.course_id == seat.course.id, records.Enrolment.role == "student")
        .order_by(records.Person.name, records.Person.email)
    )
    students = session.execute(query).all()
    sections: dict[str, int] = {}
    for student in students:
        if student.section:
            sections[student.section] = sections.get(student.section, 0) + 1
    return {"students": students, "sections": dict(sorted(sections.items()))}


def _extensions(session: Session, assignment: records.Assignment) -> list[Any]:
    granter = aliased(records.Person)
    query = (
        select(records.Extension, records.Person.name, granter.name.label("granter"))
        .join(records.Person, records.Person.id == records.Extension.person_id)
        .join(granter, granter.id == records.Extension.granted_by)
        .where(records.Extension.assignment_id == assignment.id)
        .order_by(records.Person.name)
    )
    return list(session.execute(query))


def _crumbs(seat: Seat, assignment: records.Assignment) -> list[Crumb]:
    return [*crumbs_to(seat, assignment), ("Terms", None)]
