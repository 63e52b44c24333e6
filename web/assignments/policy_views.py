"""The policy of an assignment: when it is due, what lateness costs, what is shown; and extensions for some.

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
from records.courses.extensions import Extension, lock_policy
from records.courses.members import Member
from records.courses.models import Assignment, Membership
from records.courses.policy import extensions_at
from records.courses.policy_changes import POLICY_FIELDS, change_policy
from records.database.engine import clock
from records.people.models import Person
from web.assignments.policy_effects import impact_of
from web.assignments.policy_forms import MAX_REASON, read_extension, read_policy
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.breadcrumbs import Breadcrumb, breadcrumbs_to
from web.ui.datetimes import format_datetime

_LABELS: Final = {
    "position": "Place in the course",
    "visibility": "Students see it",
    "opens_at": "Opens",
    "due_at": "Due",
    "late_percent_per_day": "Taken off for each day late",
    "attempts": "Attempts",
    "active_rule": "Which attempt counts",
    "results_unreleased": "Results held back",
    "published_at": "Tests shown after release",
}

bp = Blueprint("policy", __name__, url_prefix="/courses/<course>/assignments/<assignment>/policy")


@bp.get("")
@requires(Permission.MANAGE)
def show(course: str, assignment: str) -> Any:
    """Show the policy, as a form, and who has others."""
    with services().database.read() as session:
        member = current_member()
        return _page(session, member, assignment_at(session, member, assignment))


@bp.post("")
@requires(Permission.MANAGE)
def save(course: str, assignment: str) -> Any:
    """Show whom other policy would touch; with `confirmed`, set them."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        read = read_policy(found, clock(session))
        if read.errors:
            return _page(session, member, found, read.errors), 422
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _terms_preview(session, member, found, read.values, seen)
        changed = change_policy(session, found, read.values, member.person_id)
    flash("The new policy hold from now on." if changed else "Nothing was changed.", "good" if changed else "info")
    return redirect(url_for("policy.show", course=course, assignment=assignment), 303)


@bp.post("/extensions")
@requires(Permission.MANAGE)
def extend(course: str, assignment: str) -> Any:
    """Show whom an extension would touch; with `confirmed`, grant it."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        who = _chosen(session, member, request.form.get("who", ""))
        read = read_extension(found)
        if not who:
            read.errors["who"] = "Choose a student or a section."
        if read.errors:
            return _page(session, member, found, read.errors), 422
        granted = {**read.values, "granted_by": member.person_id}
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _extension_preview(session, member, found, who, granted, seen)
        count = courses_extensions.grant_extension(session, found, list(who), **granted)
    flash(f"The extension holds for {'1 student' if count == 1 else f'{count} students'}.", "good")
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


@bp.post("/extensions/withdraw")
@requires(Permission.MANAGE)
def withdraw(course: str, assignment: str) -> Any:
    """Show what withdrawing a student's extension would touch; with `confirmed`, let the policy of all hold again."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        person_id, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:MAX_REASON]
        extension = session.get(Extension, (found.id, person_id))
        if extension is not None and not reason:
            return _page(session, member, found, {"withdraw": "Say why it is withdrawn; students do not see it."}), 422
        seen = _seen(session, found)
        if extension is not None and request.form.get("confirmed") != seen:
            return _withdrawal_preview(session, member, found, extension, reason, seen)
        gone = courses_extensions.withdraw_extension(session, found, person_id, member.person_id, reason)
    flash(*(("The extension was withdrawn.", "good") if gone else ("There was no such extension any more.", "warn")))
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


def _chosen(session: Session, member: Member, who: str) -> dict[str, str]:
    """Return the names of the students that were chosen, by id."""
    kind, _, which = who.partition(":")
    query = (
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == member.course.id, Membership.role == "student")
        .order_by(Person.name)
    )
    column = {"person": Person.id, "section": Membership.section}.get(kind)
    return (
        {}
        if column is None or not which
        else {row.id: row.name for row in session.execute(query.where(column == which))}
    )


def _terms_preview(
    session: Session, member: Member, assignment: Assignment, values: Mapping[str, Any], seen: str
) -> str:
    changes = [
        (name, _LABELS[name], getattr(assignment, name), value)
        for name, value in values.items()
        if getattr(assignment, name) != value
    ]
    effects = impact_of(session, assignment, lambda: change_policy(session, assignment, values, member.person_id))
    headings, does = ("Term", "Now", "Then"), "Set these policy"
    shown = {"changes": changes, "who": {}, "effects": effects, "headings": headings, "does": does}
    return _preview(member, assignment, "policy.save", seen=seen, **shown)


def _extension_preview(
    session: Session,
    member: Member,
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
    effects = impact_of(
        session, assignment, lambda: courses_extensions.grant_extension(session, assignment, list(who), **granted)
    )
    headings, does = ("For those below", "For all", "For them"), "Grant the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(member, assignment, "policy.extend", seen=seen, **shown)


def _withdrawal_preview(
    session: Session, member: Member, assignment: Assignment, extension: Extension, reason: str, seen: str
) -> str:
    person_id = extension.person_id
    changes = [
        (name, _LABELS[name], getattr(extension, name), getattr(assignment, name))
        for name in ("due_at", "attempts")
        if getattr(extension, name) is not None
    ]
    who = {person_id: session.get_one(Person, person_id).name}
    effects = impact_of(
        session,
        assignment,
        lambda: courses_extensions.withdraw_extension(session, assignment, person_id, member.person_id, reason),
    )
    headings, does = ("For those below", "Now", "Then, as for all"), "Withdraw the extension"
    shown = {"changes": changes, "who": who, "effects": effects, "headings": headings, "does": does}
    return _preview(member, assignment, "policy.withdraw", seen=seen, **shown)


def _preview(member: Member, assignment: Assignment, action: str, **shown: Any) -> str:
    sent = {name: value for name, value in request.form.items() if name not in ("csrf_token", "confirmed")}
    stale = bool(request.form.get("confirmed"))
    policy = ("Policy", url_for("policy.show", course=member.course.slug, assignment=assignment.slug))
    return render_template(
        "assignments/policy_preview.html",
        course=member.course,
        assignment=assignment,
        action=url_for(action, course=member.course.slug, assignment=assignment.slug),
        sent=sent,
        stale=stale,
        breadcrumbs=[*breadcrumbs_to(member, assignment), policy, ("What would change", None)],
        **shown,
    )


def _seen(session: Session, assignment: Assignment) -> str:
    """Return what stands for the policy as they are: who confirms a change must have seen these."""
    own = [str(getattr(assignment, name)) for name in POLICY_FIELDS]
    extensions = sorted(
        (person, str(one.due_at), one.attempts) for (person, _), one in extensions_at(session, [assignment]).items()
    )
    return hashlib.sha256(json.dumps([own, extensions]).encode()).hexdigest()[:32]


def _page(session: Session, member: Member, assignment: Assignment, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "assignments/policy.html",
        course=member.course,
        assignment=assignment,
        typed=_typed(assignment),
        errors=errors or {},
        extensions=_extensions(session, assignment),
        **_people(session, member),
        breadcrumbs=_breadcrumbs(member, assignment),
    )


def _typed(assignment: Assignment) -> Mapping[str, Any]:
    """Return what stands in the form: what was typed, or else what holds."""
    if request.method == "POST" and "active_rule" in request.form:
        return request.form
    holds = {name: getattr(assignment, name) for name in POLICY_FIELDS}
    moments = {name: format_datetime(holds[name]) for name in ("opens_at", "due_at")}
    return {**holds, **moments, "released": assignment.published_at, **request.form}


def _people(session: Session, member: Member) -> dict[str, Any]:
    query = (
        select(Person.id, Person.name, Person.email, Membership.section)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == member.course.id, Membership.role == "student")
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


def _breadcrumbs(member: Member, assignment: Assignment) -> list[Breadcrumb]:
    return [*breadcrumbs_to(member, assignment), ("Policy", None)]
