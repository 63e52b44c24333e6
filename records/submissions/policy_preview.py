"""What a change of policy would do: submissions scored by current and by changed policies; nothing is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from records.courses.members import students_in
from records.courses.models import Assignment
from records.courses.policy import Policies, Policy, extensions_at, policies_at
from records.database.engine import clock
from records.submissions.attempts import Attempt, active_attempt, attempts_in

MAX_SHOWN: Final = 200
_POLICY_FIELDS: Final = frozenset(field.name for field in fields(Policy))


@dataclass(frozen=True)
class AffectedSubmission:
    """A submission that a change affects, before and after it."""

    name: str
    section: str
    before: Attempt
    after: Attempt


@dataclass(frozen=True)
class PolicyImpact:
    """Whom a change affects.

    Attributes:
        students: how many there are in the course.
        extended: how many have an extension at the assignment, before the change.
        rows: submissions whose lateness, final score or place as the active one changes; at most `MAX_SHOWN`.
        submissions: how many those are in all.
        rises, falls: how many students' grade does.
        submitted: how many students have submitted.
        beyond: how many of them have used more attempts than the change allows.
    """

    students: int
    extended: int
    rows: list[AffectedSubmission]
    submissions: int
    rises: int
    falls: int
    submitted: int
    beyond: int


def preview_policy(session: Session, assignment: Assignment, values: Mapping[str, Any]) -> PolicyImpact:
    """Return what changing an assignment's policy would do; values are by column, those of no effect are ignored."""
    changed = {name: value for name, value in values.items() if name in _POLICY_FIELDS}
    general = replace(policies_at(session, [assignment]).general[assignment.id], **changed)
    extensions = extensions_at(session, [assignment]).items()
    extended = {whose: general.extended(one.due_at, one.attempts) for whose, one in extensions}
    return _impact(session, assignment, Policies({assignment.id: general}, extended))


def preview_extension(
    session: Session,
    assignment: Assignment,
    person_ids: Collection[str],
    due_at: datetime | None,
    attempts: int | None,
) -> PolicyImpact:
    """Return what granting students an extension would do, in place of any that they have."""
    now = policies_at(session, [assignment])
    granted = now.general[assignment.id].extended(due_at, attempts)
    extended = {**now.extended, **{(person_id, assignment.id): granted for person_id in person_ids}}
    return _impact(session, assignment, replace(now, extended=extended))


def preview_withdrawal(session: Session, assignment: Assignment, person_id: str) -> PolicyImpact:
    """Return what withdrawing a student's extension would do."""
    now = policies_at(session, [assignment])
    extended = {whose: policy for whose, policy in now.extended.items() if whose[0] != person_id}
    return _impact(session, assignment, replace(now, extended=extended))


def _impact(session: Session, assignment: Assignment, changed: Policies) -> PolicyImpact:
    now = clock(session)
    current = policies_at(session, [assignment])
    students = {one.id: (one.name, one.section) for one in students_in(session, assignment.course_id)}
    before = attempts_in(session, [assignment], now, policies=current)
    after = attempts_in(session, [assignment], now, policies=changed)
    affected = [
        AffectedSubmission(*students.get(old.person_id, ("Somebody who left", "")), old, new)
        for whose in before
        for old, new in zip(before[whose], after[whose], strict=True)
        if (old.percent_off, old.final_score, old.is_active) != (new.percent_off, new.final_score, new.is_active)
    ]
    affected.sort(key=lambda one: (one.name.casefold(), one.before.person_id, one.before.created_at))
    grades = [(_grade(before[whose]), _grade(after[whose])) for whose in before]
    return PolicyImpact(
        students=len(students),
        extended=len(current.extended),
        rows=affected[:MAX_SHOWN],
        submissions=len(affected),
        rises=sum(new > old for old, new in grades),
        falls=sum(new < old for old, new in grades),
        submitted=len(before),
        beyond=sum(0 < changed.of(*whose).attempts < len(attempts) for whose, attempts in before.items()),
    )


def _grade(attempts: Collection[Attempt]) -> float:
    chosen = active_attempt(attempts)
    return (chosen.final_score or 0.0) if chosen else 0.0
