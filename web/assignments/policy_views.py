"""The terms of an assignment: when it is due, what lateness costs, what is shown; and extensions for some.

Nothing is changed before whoever changes it has seen whom it touches.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from records.courses import extensions as courses_extensions
from records.courses.extensions import Extension, hold_terms
from records.courses.models import Assignment, Enrolment
from records.courses.policy import extensions_at
from records.courses.policy_changes import TERMS, set_terms
from records.database.engine import clock
from records.people.models import Person
from web.assignments.policy_effects import effects_of
from web.assignments.policy_forms import MAX_REASON, read_extension, read_terms
from web.extensions import parts
from web.security.permissions import Seat, assignment_at, managing_seat
from web.security.session import user
from web.ui.breadcrumbs import Crumb, crumbs_to
from web.ui.datetimes import moment_as_typed

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
        hold_terms(session, found)
        read = read_terms(found, clock(session))
        if read.errors:
            return _page(session, seat, found, read.errors), 422
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _terms_preview(session, seat, found, read.values, seen)
        changed = set_terms(session, found, read.values, seat.person_id)
    flash("The new terms hold from now on." if changed else "Nothing was changed.", "good" if changed else "info")
    return redirect(url_for("terms.show", course=course, assignment=assignment), 303)


@pages.post("/extensions")
def extend(course: str, assignment: str) -> Any:
    """Show whom an extension would touch; with `confirmed`, grant it."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        hold_terms(session, found)
        who = _chosen(session, seat, request.form.get("who", ""))
        read = read_extension(found)
        if not who:
            read.errors["who"] = "Choose a student or a section."
        if read.errors:
            return _page(session, seat, found, read.errors), 422
        granted = {**read.values, "granted_by": seat.person_id}
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _extension_preview(session, seat, found, who, granted, seen)
        count = courses_extensions.extend(session, found, list(who), **granted)
    flash(f"The extension holds for {'1 student' if count == 1 else f'{count} students'}.", "good")
    return redirect(url_for("terms.show", course=course, assignment=assignment, _anchor="extensions"), 303)


@pages.post("/extensions/withdraw")
def withdraw(course: str, assignment: str) -> Any:
    """Show what withdrawing a student's extension would touch; with `confirmed`, let the terms of all hold again."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        hold_terms(session, found)
        person_id, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:MAX_REASON]
        extension = session.get(Extension, (found.id, person_id))
        if extension is not None and not reason:
            return _page(session, seat, found, {"withdraw": "Say why it is withdrawn; students do not see it."}), 422
        seen = _seen(session, found)
        if extension is not None and request.form.get("confirmed") != seen:
            return _withdrawal_preview(session, seat, found, extension, reason, seen)
        gone = courses_extensions.withdraw(session, found, person_id, seat.person_id, reason)
    flash(*(("The extension was withdrawn.", "good") if gone else ("There was no such extension any more.", "warn")))
    return redirect(url_for("terms.show", course=course, assignment=assignment, _anchor="extensions"), 303)


def _chosen(session: Session, seat: Seat, who: str) -> dict[str, str]:
    """Return the names of the students that were chosen, by id."""
    kind, _, which = who.partition(":")
    query = (
        select(Person.id, Person.name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == seat.course.id, Enrolment.role == "student")
        .order_by(Person.name)
    )
    column = {"person": Person.id, "section": Enrolment.section}.get(kind)
    return (
        {}
        if column is None or not which
        else {row.id: row.name for row in session.execute(query.where(column == which))}
    )


def _terms_preview(session: Session, seat: Seat, assignment: Assignment, values: Mapping[str, Any], seen: str) -> str:
    changes = [
        (name, _LABELS[name], getattr(assignment, name), value)
        for name, value in values.items()
        if getattr(assignment, name) != value
    ]
    effects = effects_of(session, assignment, lambda: set_terms(session, assignment, values, seat.person_id))
    headings, does = ("Term", "Now", "Then"), "Set these terms"
    shown = {"changes": changes, "who": {}, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.save", seen=seen, **shown)


def _extension_preview(
    session: Session,
    seat: Seat,
    assignment: Assignment,
    who: Mapping[str, str],
    granted: Mapping[str, Any],
    seen: str,
) -> str:
    changes = [
        (name, _LABELS[name], getattr(assignment, name), granted[name])
        for name in ("due_at", "attempts")
        if granted[name] is not None
    ]
    effects = effects_of(
        session, assignment, lambda: courses_extensions.extend(session, assignment, list(who), **granted)
    )
    headings, does = ("For those below", "For all", "For them"), "Grant the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.extend", seen=seen, **shown)


def _withdrawal_preview(
    session: Session, seat: Seat, assignment: Assignment, extension: Extension, reason: str, seen: str
) -> str:
    person_id = extension.person_id
    changes = [
        (name, _LABELS[name], getattr(extension, name), getattr(assignment, name))
        for name in ("due_at", "attempts")
        if getattr(extension, name) is not None
    ]
    who = {person_id: session.get_one(Person, person_id).name}
    effects = effects_of(
        session, assignment, lambda: courses_extensions.withdraw(session, assignment, person_id, seat.person_id, reason)
    )
    headings, does = ("For those below", "Now", "Then, as for all"), "Withdraw the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(seat, assignment, "terms.withdraw", seen=seen, **shown)


def _preview(seat: Seat, assignment: Assignment, action: str, **shown: Any) -> str:
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


def _seen(session: Session, assignment: Assignment) -> str:
    """Return what stands for the terms as they are: who confirms a change must have seen these."""
    own = [str(getattr(assignment, name)) for name in TERMS]
    extensions = sorted(
        (person, str(one.due_at), one.attempts) for (person, _), one in extensions_at(session, [assignment]).items()
    )
    return hashlib.sha256(json.dumps([own, extensions]).encode()).hexdigest()[:32]


def _page(session: Session, seat: Seat, assignment: Assignment, errors: Mapping[str, str] | None = None) -> str:
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


def _typed(assignment: Assignment) -> Mapping[str, Any]:
    """Return what stands in the form: what was typed, or else what holds."""
    if request.method == "POST" and "counting" in request.form:
        return request.form
    holds = {name: getattr(assignment, name) for name in TERMS}
    moments = {name: moment_as_typed(holds[name]) for name in ("opens_at", "due_at")}
    return {**holds, **moments, "released": assignment.published_at, **request.form}


def _people(session: Session, seat: Seat) -> dict[str, Any]:
    query = (
        select(Person.id, Person.name, Person.email, Enrolment.section)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == seat.course.id, Enrolment.role == "student")
        .order_by(Person.name, Person.email)
    )
    students = session.execute(query).all()
    sections: dict[str, int] = {}
    for student in students:
        if student.section:
            sections[student.section] = sections.get(student.section, 0) + 1
    return {"students": students, "sections": dict(sorted(sections.items()))}


def _extensions(session: Session, assignment: Assignment) -> list[Any]:
    granter = aliased(Person)
    query = (
        select(Extension, Person.name, granter.name.label("granter"))
        .join(Person, Person.id == Extension.person_id)
        .join(granter, granter.id == Extension.granted_by)
        .where(Extension.assignment_id == assignment.id)
        .order_by(Person.name)
    )
    return list(session.execute(query))


def _crumbs(seat: Seat, assignment: Assignment) -> list[Crumb]:
    return [*crumbs_to(seat, assignment), ("Terms", None)]
