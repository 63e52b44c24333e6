"""Setting an assignment's policy: dates, attempts, lateness, and what students are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.audit import audit

POLICY_FIELDS: Final = (
    *("position", "visibility", "opens_at", "due_at", "late_percent_per_day", "attempts", "active_rule"),
    *("results_unreleased", "published_at"),
)


def change_policy(session: Session, assignment: Assignment, values: Mapping[str, Any], person_id: str) -> bool:
    """Change some of an assignment's policy in one go, and write down which; return whether any is another now.

    Args:
        session: one that writes.
        assignment: whose.
        values: by the columns' names, which are among `POLICY_FIELDS`.
        person_id: who changes them.
    """
    changed = {
        name: value for name, value in values.items() if name in POLICY_FIELDS and getattr(assignment, name) != value
    }
    if not changed:
        return False
    before = {name: _plain(getattr(assignment, name)) for name in changed}
    for name, value in changed.items():
        setattr(assignment, name, value)
    audit(
        session,
        actor=person_id,
        action="change policy",
        assignment_id=assignment.id,
        course_id=assignment.course_id,
        before=before,
        after={name: _plain(value) for name, value in changed.items()},
    )
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
