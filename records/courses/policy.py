"""Terms: what holds for one student at one assignment, an extension taken into account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.extensions import Extension
from records.courses.models import Assignment


@dataclass(frozen=True)
class Terms:
    """What holds for one student at one assignment; see `Assignment` for what the fields say."""

    opens_at: datetime | None
    due_at: datetime | None
    attempts: int
    late_percent_per_day: float
    published_at: datetime | None
    results_held: bool


def own_terms(assignment: Assignment, extension: Extension | None = None) -> Terms:
    """Return an assignment's terms, for a student with this extension."""
    terms = Terms(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        attempts=assignment.attempts,
        late_percent_per_day=assignment.late_percent_per_day,
        published_at=assignment.published_at,
        results_held=assignment.results_held,
    )
    if extension is None:
        return terms
    due_at = terms.due_at if extension.due_at is None else extension.due_at
    attempts = terms.attempts if extension.attempts is None else extension.attempts
    return replace(terms, due_at=due_at, attempts=attempts)


def terms_of(session: Session, person_id: str, assignment: Assignment) -> Terms:
    """Return the terms that hold for somebody."""
    return own_terms(assignment, session.get(Extension, (assignment.id, person_id)))


def extensions_at(
    session: Session, assignments: Collection[Assignment], person_id: str | None = None
) -> Mapping[tuple[str, str], Extension]:
    """Return the extensions at some assignments by person and assignment: of one person, or None for all."""
    query = select(Extension).where(Extension.assignment_id.in_([one.id for one in assignments]))
    if person_id is not None:
        query = query.where(Extension.person_id == person_id)
    return {(one.person_id, one.assignment_id): one for one in session.scalars(query)}
