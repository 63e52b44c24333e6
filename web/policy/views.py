"""The policy of an assignment: dates, attempts, lateness, visibility; and extensions, which change it for some.

Nothing is changed before whoever changes it has seen whom the change affects.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.courses.extensions import (
    Extension,
    grant_extension,
    granted_extensions,
    lock_policy,
    withdraw_extension,
)
from records.courses.members import Student, students_in
from records.courses.models import Assignment
from records.courses.policy import POLICY_FIELDS, change_policy, extensions_at
from records.database.engine import clock
from records.people.models import Person
from records.submissions.policy_preview import preview_extension, preview_policy, preview_withdrawal
from web.extensions import services
from web.policy.forms import MAX_REASON, read_extension, read_policy
from web.policy.presenters import FieldChange, PolicyChange, PolicyPage, PreviewPage
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.breadcrumbs import breadcrumbs_to
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
def show(course: str, assignment: str) -> ResponseReturnValue:
    """Show the policy as a form, and the extensions."""
    with services().database.read() as session:
        return _page(session, assignment_at(session, current_member(), assignment))


@bp.post("")
@requires(Permission.MANAGE)
def save(course: str, assignment: str) -> ResponseReturnValue:
    """Show whom another policy would affect; with `confirmed`, set it."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        read = read_policy(found, clock(session))
        if read.errors:
            return _page(session, found, read.errors), 422
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _preview(found, _policy_change(session, found, read.values), seen)
        changed = change_policy(session, found, read.values, member.person_id)
    flash("The new policy holds from now on." if changed else "Nothing was changed.", "good" if changed else "info")
    return redirect(url_for("policy.show", course=course, assignment=assignment), 303)


@bp.post("/extensions")
@requires(Permission.MANAGE)
def extend(course: str, assignment: str) -> ResponseReturnValue:
    """Show whom an extension would affect; with `confirmed`, grant it."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        who = _chosen(students_in(session, member.course.id), request.form.get("who", ""))
        read = read_extension(found)
        if not who:
            read.errors["who"] = "Choose a student or a section."
        if read.errors:
            return _page(session, found, read.errors), 422
        seen = _seen(session, found)
        if request.form.get("confirmed") != seen:
            return _preview(found, _extension_change(session, found, who, read.values), seen)
        count = grant_extension(session, found, list(who), **read.values, granted_by=member.person_id)
    flash(f"The extension holds for {'1 student' if count == 1 else f'{count} students'}.", "good")
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


@bp.post("/extensions/withdraw")
@requires(Permission.MANAGE)
def withdraw(course: str, assignment: str) -> ResponseReturnValue:
    """Show what withdrawing a student's extension would affect; with `confirmed`, withdraw it."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        lock_policy(session, found)
        person_id, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:MAX_REASON]
        extension = session.get(Extension, (found.id, person_id))
        if extension is not None and not reason:
            return _page(session, found, {"withdraw": "Say why it is withdrawn; students do not see it."}), 422
        seen = _seen(session, found)
        if extension is not None and request.form.get("confirmed") != seen:
            return _preview(found, _withdrawal_change(session, found, extension), seen)
        gone = withdraw_extension(session, found, person_id, member.person_id, reason)
    flash(*(("The extension was withdrawn.", "good") if gone else ("There was no such extension any more.", "warn")))
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


def _chosen(students: Sequence[Student], who: str) -> dict[str, str]:
    """Return the names of the students that were chosen, by id: "person:" with an id, or "section:" with a name."""
    kind, _, which = who.partition(":")
    chosen = [one for one in students if which and which == {"person": one.id, "section": one.section}.get(kind)]
    return {one.id: one.name for one in sorted(chosen, key=lambda one: one.name)}


def _policy_change(session: Session, assignment: Assignment, values: Mapping[str, Any]) -> PolicyChange:
    before = {name: getattr(assignment, name) for name in values}
    return PolicyChange(
        action="policy.save",
        button="Set this policy",
        headings=("Field", "Now", "Then"),
        fields=_fields(before, values),
        who={},
        impact=preview_policy(session, assignment, values),
    )


def _extension_change(
    session: Session, assignment: Assignment, who: Mapping[str, str], values: Mapping[str, Any]
) -> PolicyChange:
    after = {name: values[name] for name in ("due_at", "attempts") if values[name] is not None}
    before = {name: getattr(assignment, name) for name in after}
    return PolicyChange(
        action="policy.extend",
        button="Grant the extension",
        headings=("For those below", "For all", "For them"),
        fields=_fields(before, after, unchanged=True),
        who=who,
        impact=preview_extension(session, assignment, list(who), values["due_at"], values["attempts"]),
    )


def _withdrawal_change(session: Session, assignment: Assignment, extension: Extension) -> PolicyChange:
    own = {name: getattr(extension, name) for name in ("due_at", "attempts")}
    before = {name: value for name, value in own.items() if value is not None}
    after = {name: getattr(assignment, name) for name in before}
    return PolicyChange(
        action="policy.withdraw",
        button="Withdraw the extension",
        headings=("For those below", "Now", "Then, as for all"),
        fields=_fields(before, after, unchanged=True),
        who={extension.person_id: session.get_one(Person, extension.person_id).name},
        impact=preview_withdrawal(session, assignment, extension.person_id),
    )


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], *, unchanged: bool = False) -> list[FieldChange]:
    changes = [FieldChange(name, _LABELS[name], before[name], value) for name, value in after.items()]
    return [one for one in changes if unchanged or one.before != one.after]


def _preview(assignment: Assignment, change: PolicyChange, confirms: str) -> str:
    member = current_member()
    course, slug = member.course.slug, assignment.slug
    page = PreviewPage(
        course=member.course,
        assignment=assignment,
        change=change,
        url=url_for(change.action, course=course, assignment=slug),
        sent={name: value for name, value in request.form.items() if name not in ("csrf_token", "confirmed")},
        confirms=confirms,
        stale=bool(request.form.get("confirmed")),
    )
    policy = ("Policy", url_for("policy.show", course=course, assignment=slug))
    breadcrumbs = [*breadcrumbs_to(member, assignment), policy, ("What would change", None)]
    return render_template("policy/preview.html", page=page, breadcrumbs=breadcrumbs)


def _seen(session: Session, assignment: Assignment) -> str:
    """Return a hash of the policy and its extensions: who confirms a change must have seen these."""
    own = [str(getattr(assignment, name)) for name in POLICY_FIELDS]
    extensions = sorted(
        (person, str(one.due_at), one.attempts) for (person, _), one in extensions_at(session, [assignment]).items()
    )
    return hashlib.sha256(json.dumps([own, extensions]).encode()).hexdigest()[:32]


def _page(session: Session, assignment: Assignment, errors: Mapping[str, str] | None = None) -> str:
    member = current_member()
    students = students_in(session, member.course.id)
    sections: dict[str, int] = {}
    for student in students:
        if student.section:
            sections[student.section] = sections.get(student.section, 0) + 1
    page = PolicyPage(
        course=member.course,
        assignment=assignment,
        values=_values(assignment),
        errors=errors or {},
        extensions=granted_extensions(session, assignment),
        students=students,
        sections=dict(sorted(sections.items())),
    )
    breadcrumbs = [*breadcrumbs_to(member, assignment), ("Policy", None)]
    return render_template("policy/show.html", page=page, breadcrumbs=breadcrumbs)


def _values(assignment: Assignment) -> Mapping[str, Any]:
    """Return what the form holds: what was sent, or else the policy in force."""
    if request.method == "POST" and "active_rule" in request.form:
        return request.form
    policy = {name: getattr(assignment, name) for name in POLICY_FIELDS}
    dates = {name: format_datetime(policy[name]) for name in ("opens_at", "due_at")}
    return {**policy, **dates, "released": assignment.published_at, **request.form}
