"""Changing an assignment's policy: dates, attempts, lateness, visibility."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from records.courses.models import Assignment, audit_assignment

POLICY_FIELDS: Final = (
    *("position", "visibility", "opens_at", "due_at", "late_percent_per_day", "attempts", "active_rule"),
    *("results_unreleased", "published_at"),
)


def change_policy(session: Session, assignment: Assignment, values: Mapping[str, Any], person_id: str) -> bool:
    """Change fields of an assignment's policy and log the change; return whether anything changed.

    Args:
        values: new values by column; other columns than `POLICY_FIELDS` are ignored.
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


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
