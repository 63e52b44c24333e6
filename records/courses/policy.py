"""The policy of an assignment for one student, extensions included: when it is open, and what lateness costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.extensions import Extension
from records.courses.models import Assignment, Course, audit_assignment
from records.courses.time_zones import DEFAULT_TIME_ZONE, days_late

POLICY_FIELDS: Final = (
    *("position", "visibility", "opens_at", "due_at", "late_percent_per_day", "attempts", "active_rule"),
    *("results_unreleased", "published_at"),
)
_ALL: Final = 100.0  # percent


@dataclass(frozen=True)
class Policy:
    """The policy for one student at one assignment; see `Assignment` and `Course` for the fields."""

    opens_at: datetime | None
    due_at: datetime | None
    attempts: int
    late_percent_per_day: float
    active_rule: str
    published_at: datetime | None
    results_unreleased: bool
    time_zone: str = field(default=DEFAULT_TIME_ZONE, kw_only=True)

    def is_open_at(self, now: datetime) -> bool:
        """Return whether the assignment may be begun."""
        return self.opens_at is None or now >= self.opens_at

    def is_past_due_at(self, now: datetime) -> bool:
        """Return whether a submission would be late; the due date itself is on time."""
        return self.due_at is not None and now > self.due_at

    def is_closed_at(self, now: datetime) -> bool:
        """Return whether a submission would earn no points however good it is."""
        return self.percent_off(now) >= _ALL

    def percent_off(self, at: datetime) -> float:
        """Return what lateness costs a submission of this time, in percent of its points: 0 to 100."""
        if self.due_at is None or not self.is_past_due_at(at):
            return 0.0
        if not self.late_percent_per_day:
            return _ALL
        return min(_ALL, days_late(self.due_at, at, self.time_zone) * self.late_percent_per_day)

    def extended(self, due_at: datetime | None, attempts: int | None) -> "Policy":
        """Return this policy with an extension's due date and attempts; None keeps its own."""
        return replace(
            self,
            due_at=self.due_at if due_at is None else due_at,
            attempts=self.attempts if attempts is None else attempts,
        )


@dataclass(frozen=True)
class Policies:
    """The policies of some assignments.

    Attributes:
        general: for students without an extension, by assignment.
        extended: for students with one, by person and assignment.
    """

    general: Mapping[str, Policy]
    extended: Mapping[tuple[str, str], Policy]

    def of(self, person_id: str, assignment_id: str) -> Policy:
        """Return the policy for one student at one assignment."""
        return self.extended.get((person_id, assignment_id)) or self.general[assignment_id]


def effective_policy(
    assignment: Assignment, extension: Extension | None = None, *, time_zone: str = DEFAULT_TIME_ZONE
) -> Policy:
    """Return an assignment's policy for a student with this extension, by the clocks of the course's time zone."""
    names = [one.name for one in fields(Policy) if one.name != "time_zone"]
    policy = Policy(**{name: getattr(assignment, name) for name in names}, time_zone=time_zone)
    return policy if extension is None else policy.extended(extension.due_at, extension.attempts)


def policy_for(session: Session, person_id: str, assignment: Assignment) -> Policy:
    """Return the policy for one student."""
    extension = session.get(Extension, (assignment.id, person_id))
    zones = time_zones_of(session, [assignment.course_id])
    return effective_policy(assignment, extension, time_zone=zones[assignment.course_id])


def policies_at(session: Session, assignments: Collection[Assignment], person_id: str | None = None) -> Policies:
    """Return the policies of some assignments for one student, or None for everybody."""
    zones = time_zones_of(session, {one.course_id for one in assignments})
    general = {one.id: effective_policy(one, time_zone=zones[one.course_id]) for one in assignments}
    extensions = extensions_at(session, assignments, person_id)
    extended = {whose: general[whose[1]].extended(one.due_at, one.attempts) for whose, one in extensions.items()}
    return Policies(general, extended)


def extensions_at(
    session: Session, assignments: Collection[Assignment], person_id: str | None = None
) -> Mapping[tuple[str, str], Extension]:
    """Return the extensions at some assignments by person and assignment: of one person, or None for everybody."""
    query = select(Extension).where(Extension.assignment_id.in_([one.id for one in assignments]))
    if person_id is not None:
        query = query.where(Extension.person_id == person_id)
    return {(one.person_id, one.assignment_id): one for one in session.scalars(query)}


def change_policy(session: Session, assignment: Assignment, values: Mapping[str, Any], person_id: str) -> bool:
    """Change columns of an assignment's policy and log the change; return whether anything changed.

    Other columns than `POLICY_FIELDS` are ignored.
    """
    changed = {
        name: value for name, value in values.items() if name in POLICY_FIELDS and getattr(assignment, name) != value
    }
    if not changed:
        return False
    before = {name: _plain(getattr(assignment, name)) for name in changed}
    for name, value in changed.items():
        setattr(assignment, name, value)
    audit_assignment(
        session,
        assignment,
        person_id,
        "change policy",
        before=before,
        after={name: _plain(value) for name, value in changed.items()},
    )
    return True


def time_zones_of(session: Session, course_ids: Collection[str]) -> Mapping[str, str]:
    """Return the time zones of some courses by their ids."""
    rows = session.execute(select(Course.id, Course.time_zone).where(Course.id.in_(course_ids)))
    return {row.id: row.time_zone for row in rows}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
