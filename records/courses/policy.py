"""Policy: what holds for one student at one assignment, an extension taken into account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.extensions import Extension
from records.courses.models import Assignment


@dataclass(frozen=True)
class Policy:
    """What holds for one student at one assignment; see `Assignment` for what the fields say."""

    opens_at: datetime | None
    due_at: datetime | None
    attempts: int
    late_percent_per_day: float
    published_at: datetime | None
    results_unreleased: bool


def effective_policy(assignment: Assignment, extension: Extension | None = None) -> Policy:
    """Return an assignment's policy, for a student with this extension."""
    policy = Policy(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        attempts=assignment.attempts,
        late_percent_per_day=assignment.late_percent_per_day,
        published_at=assignment.published_at,
        results_unreleased=assignment.results_unreleased,
    )
    if extension is None:
        return policy
    due_at = policy.due_at if extension.due_at is None else extension.due_at
    attempts = policy.attempts if extension.attempts is None else extension.attempts
    return replace(policy, due_at=due_at, attempts=attempts)


def policy_for(session: Session, person_id: str, assignment: Assignment) -> Policy:
    """Return the policy that hold for somebody."""
    return effective_policy(assignment, session.get(Extension, (assignment.id, person_id)))


def extensions_at(
    session: Session, assignments: Collection[Assignment], person_id: str | None = None
) -> Mapping[tuple[str, str], Extension]:
    """Return the extensions at some assignments by person and assignment: of one person, or None for all."""
    query = select(Extension).where(Extension.assignment_id.in_([one.id for one in assignments]))
    if person_id is not None:
        query = query.where(Extension.person_id == person_id)
    return {(one.person_id, one.assignment_id): one for one in session.scalars(query)}
