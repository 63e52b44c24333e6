"""What a change of policy does to those who have submitted already: found by making it, looking, and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.models import Assignment, Membership
from records.courses.policy import effective_policy, extensions_at
from records.database.engine import clock
from records.people.models import Person
from records.submissions.scores import Attempt, active_attempt, attempts_in

MAX_SHOWN: Final = 200


@dataclass(frozen=True)
class AffectedSubmission:
    """A submission that a change touches: what it is worth before and after."""

    name: str
    section: str
    before: Attempt
    after: Attempt


@dataclass(frozen=True)
class PolicyImpact:
    """Whom a change touches.

    Attributes:
        students: how many there are in the course.
        extended: how many of them have an extension at the assignment, before the change.
        rows: submissions whose lateness, worth or active changes; at most so many as a page bears.
        submissions: how many those are in all.
        rises, falls: of how many students the grade does.
        submitted: how many students have handed something in.
        beyond: how many of them have used more attempts than there would be.
    """

    students: int
    extended: int
    rows: list[AffectedSubmission]
    submissions: int
    rises: int
    falls: int
    submitted: int
    beyond: int


def impact_of(session: Session, assignment: Assignment, change: Callable[[], object]) -> PolicyImpact:
    """Return what a change would do; nothing is changed when this returns.

    Args:
        session: one that writes.
        assignment: whose policy are changed.
        change: makes the change in the session.
    """
    now = clock(session)
    extended = len(extensions_at(session, [assignment]))
    students = _students(session, assignment)
    before = attempts_in(session, [assignment], now)
    with session.begin_nested() as savepoint:
        change()
        session.flush()
        after = attempts_in(session, [assignment], now)
        extensions = extensions_at(session, [assignment])
        allowed = {
            whose: effective_policy(assignment, extensions.get(whose)).attempts or len(before[whose])
            for whose in before
        }
        savepoint.rollback()
    pairs = [pair for whose in before for pair in zip(before[whose], after[whose], strict=True)]
    touched = [
        AffectedSubmission(*students.get(one.person_id, ("Somebody who left", "")), one, other)
        for one, other in pairs
        if (one.percent_off, one.final_score, one.is_active) != (other.percent_off, other.final_score, other.is_active)
    ]
    touched.sort(key=lambda effect: (effect.name.casefold(), effect.before.person_id, effect.before.created_at))
    grades = [(_grade(before[whose]), _grade(after[whose])) for whose in before]
    return PolicyImpact(
        students=len(students),
        extended=extended,
        rows=touched[:MAX_SHOWN],
        submissions=len(touched),
        rises=sum(new > old for old, new in grades),
        falls=sum(new < old for old, new in grades),
        submitted=len(before),
        beyond=sum(len(before[whose]) > allowed[whose] for whose in before),
    )


def _students(session: Session, assignment: Assignment) -> dict[str, tuple[str, str]]:
    query = (
        select(Person.id, Person.name, Membership.section)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == assignment.course_id, Membership.role == "student")
    )
    return {row.id: (row.name, row.section) for row in session.execute(query)}


def _grade(attempts: list[Attempt]) -> float:
    chosen = active_attempt(attempts)
    return (chosen.final_score or 0.0) if chosen else 0.0
