"""The policy of an assignment: dates, attempts, lateness, visibility; and extensions, which change it for some.

Nothing is changed before whoever changes it has seen whom the change affects.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.courses.extensions import Extension, grant_extension, granted_extensions, lock_policy, withdraw_extension
from records.courses.members import students_in
from records.courses.models import Assignment
from records.courses.policy import POLICY_FIELDS, change_policy, extensions_at
from records.database.engine import clock
from records.people.models import Person
from records.submissions.policy_preview import PolicyImpact, preview_extension, preview_policy, preview_withdrawal
from web.extensions import services
from web.policy.forms import ExtensionForm, PolicyForm, WithdrawalForm
from web.policy.presenters import FieldChange, PolicyPage, PreviewPage
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.pages import render_page

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
# What the preview of a change says, by the endpoint that makes it: on its button, and over the fields.
_PREVIEWS: Final = {
    "policy.save": ("Set this policy", ("Field", "Now", "Then")),
    "policy.extend": ("Grant the extension", ("For those below", "For all", "For them")),
    "policy.withdraw": ("Withdraw the extension", ("For those below", "Now", "Then, as for all")),
}

bp = Blueprint("policy", __name__, url_prefix="/courses/<course>/assignments/<assignment>/policy")


@bp.get("")
@requires(Permission.MANAGE)
def show(course: str, assignment: str) -> ResponseReturnValue:
    """Show the policy as a form, and the extensions."""
    with services().database.read() as session:
        return _page(session, assignment_at(session, assignment))


@bp.post("")
@requires(Permission.MANAGE)
def save(course: str, assignment: str) -> ResponseReturnValue:
    """Show whom another policy would affect; with `confirmed`, set it."""
    with services().database.write() as session:
        found = _locked(session, assignment)
        form = PolicyForm(request.form, found, current_member().course.time_zone)
        if not form.validate():
            return _page(session, found, policy=form), 422
        values = form.values(clock(session))
        if not _is_confirmed(session, found):
            before = {name: getattr(found, name) for name in values}
            return _preview(session, found, before, values, preview_policy(session, found, values))
        changed = change_policy(session, found, values, current_member().person_id)
    flash("The new policy holds from now on." if changed else "Nothing was changed.", "good" if changed else "info")
    return redirect(url_for("policy.show", course=course, assignment=assignment), 303)


@bp.post("/extensions")
@requires(Permission.MANAGE)
def extend(course: str, assignment: str) -> ResponseReturnValue:
    """Show whom an extension would affect; with `confirmed`, grant it."""
    with services().database.write() as session:
        member, found = current_member(), _locked(session, assignment)
        students, time_zone = students_in(session, member.course.id), member.course.time_zone
        form = ExtensionForm(request.form, found, students, time_zone)
        if not form.validate():
            return _page(session, found, extension=form), 422
        who, due_at, attempts = form.chosen(), form.extended_due_at.data, form.extended_attempts.data
        if not _is_confirmed(session, found):
            after = _given(due_at=due_at, attempts=attempts)
            before = {name: getattr(found, name) for name in after}
            impact = preview_extension(session, found, list(who), due_at, attempts)
            return _preview(session, found, before, after, impact, who)
        reason = form.reason.data
        count = grant_extension(
            session, found, list(who), due_at=due_at, attempts=attempts, reason=reason, granted_by=member.person_id
        )
    flash(f"The extension holds for {'1 student' if count == 1 else f'{count} students'}.", "good")
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


@bp.post("/extensions/withdraw")
@requires(Permission.MANAGE)
def withdraw(course: str, assignment: str) -> ResponseReturnValue:
    """Show what withdrawing a student's extension would affect; with `confirmed`, withdraw it."""
    with services().database.write() as session:
        found, form = _locked(session, assignment), WithdrawalForm(request.form)
        person_id, reason = form.person.data, form.reason.data
        extension = session.get(Extension, (found.id, person_id))
        if extension is not None and not reason:
            return _page(session, found, problem="Say why it is withdrawn; students do not see it."), 422
        if extension is not None and not _is_confirmed(session, found):
            before = _given(due_at=extension.due_at, attempts=extension.attempts)
            after = {name: getattr(found, name) for name in before}
            who = {person_id: session.get_one(Person, person_id).name}
            return _preview(session, found, before, after, preview_withdrawal(session, found, person_id), who)
        gone = withdraw_extension(session, found, person_id, current_member().person_id, reason)
    flash(*(("The extension was withdrawn.", "good") if gone else ("There was no such extension any more.", "warn")))
    return redirect(url_for("policy.show", course=course, assignment=assignment, _anchor="extensions"), 303)


def _locked(session: Session, slug: str) -> Assignment:
    assignment = assignment_at(session, slug)
    lock_policy(session, assignment)
    return assignment


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _preview(
    session: Session,
    assignment: Assignment,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    impact: PolicyImpact,
    who: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the page of a change; for those in `who` all its fields are listed, else those that differ."""
    member, action = current_member(), str(request.endpoint)
    button, headings = _PREVIEWS[action]
    page = PreviewPage(
        member=member,
        assignment=assignment,
        action=action,
        button=button,
        headings=headings,
        fields=[
            FieldChange(name, _LABELS[name], before[name], value)
            for name, value in after.items()
            if who or before[name] != value
        ],
        who=who,
        impact=impact,
        sent={name: value for name, value in request.form.items() if name not in ("csrf_token", "confirmed")},
        confirms=_seen(session, assignment),
        stale=bool(request.form.get("confirmed")),
        path=[
            ("Policy", url_for("policy.show", course=member.course.slug, assignment=assignment.slug)),
            ("What would change", None),
        ],
    )
    return render_page("policy/preview.html", page)


def _is_confirmed(session: Session, assignment: Assignment) -> bool:
    return request.form.get("confirmed") == _seen(session, assignment)


def _seen(session: Session, assignment: Assignment) -> str:
    """Return a hash of the policy and its extensions: who confirms a change must have seen these."""
    own = [str(getattr(assignment, name)) for name in POLICY_FIELDS]
    extensions = sorted(
        (person, str(one.due_at), one.attempts) for (person, _), one in extensions_at(session, [assignment]).items()
    )
    return hashlib.sha256(json.dumps([own, extensions]).encode()).hexdigest()[:32]


def _page(
    session: Session,
    assignment: Assignment,
    *,
    policy: PolicyForm | None = None,
    extension: ExtensionForm | None = None,
    problem: str = "",
) -> str:
    member = current_member()
    students = students_in(session, member.course.id)
    page = PolicyPage(
        member=member,
        assignment=assignment,
        policy=policy or PolicyForm(None, assignment, member.course.time_zone),
        extension=extension or ExtensionForm(None, assignment, students, member.course.time_zone),
        problem=problem or ("Nothing was changed. Mend what is marked below." if policy or extension else ""),
        extensions=granted_extensions(session, assignment),
        students=students,
        sections=dict(sorted(Counter(student.section for student in students if student.section).items())),
        path=[("Policy", None)],
    )
    return render_page("policy/show.html", page)
