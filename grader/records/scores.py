"""Attempts and what they are worth: what a student may see of the points, what lateness costs, and which one counts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from grader.records.courses import Assignment
from grader.records.lateness import percent_off
from grader.records.work import Kind, Run, State, Submission, TestResult
from grader.results import VISIBILITIES, Visibility

__all__ = ["Attempt", "attempts_of", "counting", "shown_visibilities"]

_DIGITS: Final = 4
_SUBMITTED: Final[tuple[Kind, ...]] = ("submit",)


@dataclass(frozen=True)
class Attempt:
    """One submission, as it is worth now.

    Attributes:
        number: the how manieth of its kind, from 1.
        state: of the run that counts for it, or else of its last run.
        points, max_points: of the tests that may be seen, before lateness; points are None while there are none.
        percent_off: taken off for lateness.
        counts: whether it is the one that counts.
    """

    submission_id: str
    run_id: str
    kind: Kind
    number: int
    created_at: datetime
    state: State
    points: float | None
    max_points: float
    percent_off: float
    counts: bool = False

    @property
    def worth(self) -> float | None:
        """The points after lateness."""
        return None if self.points is None else round(self.points * (100 - self.percent_off) / 100, _DIGITS)


def shown_visibilities(assignment: Assignment, now: datetime, *, staff: bool = False) -> frozenset[Visibility]:
    """Return of which visibilities a test may be seen by now, with its points."""
    if staff:
        return frozenset(VISIBILITIES)
    shown: set[Visibility] = {"visible"}
    if assignment.due_at is not None and now > assignment.due_at:
        shown.add("after_due_date")
    if assignment.published_at is not None and now >= assignment.published_at:
        shown.add("after_published")
    return frozenset(shown)


def attempts_of(
    session: Session,
    person_id: str,
    assignments: Collection[Assignment],
    now: datetime,
    *,
    kinds: Collection[Kind] = _SUBMITTED,
    staff: bool = False,
) -> dict[str, list[Attempt]]:
    """Return a person's attempts at each assignment by its id, oldest first; two queries, however many there are.

    Args:
        session: to read in.
        person_id: whose.
        assignments: at which.
        now: by the database's clock.
        kinds: of which kinds; each is numbered by itself.
        staff: whether all points are seen.
    """
    rows = _submissions(session, person_id, assignments, kinds)
    sums = _sums(session, [row.run_id for row in rows if row.state == "graded"])
    found: dict[str, list[Attempt]] = {assignment.id: [] for assignment in assignments}
    for assignment in assignments:
        shown = shown_visibilities(assignment, now, staff=staff)
        of_kind: dict[str, int] = defaultdict(int)
        for row in rows:
            if row.assignment_id == assignment.id:
                of_kind[row.kind] += 1
                found[assignment.id].append(_attempt(assignment, row, of_kind[row.kind], sums, shown))
        found[assignment.id] = _mark_counting(found[assignment.id], assignment.counting)
    return found


def counting(attempts: Iterable[Attempt]) -> Attempt | None:
    """Return the attempt that counts, if one does."""
    return next((attempt for attempt in attempts if attempt.counts), None)


def _submissions(
    session: Session, person_id: str, assignments: Collection[Assignment], kinds: Collection[Kind]
) -> Sequence[Any]:
    latest = aliased(Run)
    last_run = (
        select(latest.id)
        .where(latest.submission_id == Submission.id, latest.lane == "interactive")
        .order_by(latest.queued_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (
        Submission.id,
        Submission.assignment_id,
        Submission.kind,
        Submission.created_at,
        Run.state,
    )
    query = (
        select(*columns, Run.id.label("run_id"))
        .join(Run, Run.id == func.coalesce(Submission.run_id, last_run))
        .where(Submission.person_id == person_id, Submission.assignment_id.in_([one.id for one in assignments]))
        .where(Submission.kind.in_(kinds))
        .order_by(Submission.created_at, Submission.id)
    )
    return session.execute(query).all()


_Sums = Mapping[str, Mapping[str, tuple[float, float]]]


def _sums(session: Session, run_ids: Collection[str]) -> _Sums:
    """Return the points, and how many there are, of runs by visibility."""
    sums = (func.sum(TestResult.points), func.sum(TestResult.max_points))
    query = select(TestResult.run_id, TestResult.visibility, *sums).where(TestResult.run_id.in_(run_ids))
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for run_id, visibility, points, most in session.execute(
        query.group_by(TestResult.run_id, TestResult.visibility)
    ).all():
        found[run_id][visibility] = (points, most)
    return found


def _attempt(assignment: Assignment, row: Any, number: int, sums: _Sums, shown: Collection[str]) -> Attempt:
    seen = [pair for visibility, pair in sums.get(row.run_id, {}).items() if visibility in shown]
    graded = row.state == "graded"
    return Attempt(
        submission_id=row.id,
        run_id=row.run_id,
        kind=row.kind,
        number=number,
        created_at=row.created_at,
        state=row.state,
        points=round(sum(points for points, _ in seen), _DIGITS) if graded else None,
        max_points=round(sum(most for _, most in seen), _DIGITS) if graded else 0.0,
        percent_off=percent_off(assignment, row.created_at) if row.kind == "submit" else 0.0,
    )


def _mark_counting(attempts: list[Attempt], policy: str) -> list[Attempt]:
    graded = [attempt for attempt in attempts if attempt.kind == "submit" and attempt.worth is not None]
    if not graded:
        return attempts
    chosen = {"first": graded[0], "last": graded[-1]}.get(policy) or max(graded, key=lambda one: one.worth or 0.0)
    return [replace(attempt, counts=attempt is chosen) for attempt in attempts]
