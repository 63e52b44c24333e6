"""How each submission of a rerun changes: points and tests of the earlier run and of the rerun's."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from records.courses.models import Assignment
from records.database.types import Text
from records.people.models import Person
from records.positions import Position, position_in
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, RunTest, Submission
from records.versions.models import Version

Change = Literal["rises", "falls", "same", "not graded", "waiting"]
CHANGES: Final[tuple[Change, ...]] = get_args(Change)
DIGITS: Final = 4

BEFORE = aliased(Run)
AFTER = aliased(Run)
# A submission graded for the first time rises; differences by rounding are none.
CHANGE: Final = case(
    (AFTER.id.is_(None) | AFTER.state.in_(("queued", "running")), "waiting"),
    (AFTER.state == "not graded", "not graded"),
    (BEFORE.score.is_(None), "rises"),
    (AFTER.score > BEFORE.score + 1e-6, "rises"),
    (AFTER.score < BEFORE.score - 1e-6, "falls"),
    else_="same",
)


class Flip(NamedTuple):
    """A test that a submission passes in one of two runs and not in the other."""

    name: str
    title: str
    passes: bool


@dataclass(frozen=True)
class SubmissionChange:
    """One submission of a rerun, before and after.

    Attributes:
        number: ordinal among its student's attempts, from 1.
        stale: whether its active run changed since the comparison.
        before, after: points; None where not graded.
        flips: the tests whose outcome differs.
    """

    submission_id: str
    person_id: str
    name: str
    email: str
    assignment_id: str
    number: int
    change: Change
    before: float | None
    max_before: float
    after: float | None
    max_after: float
    message: str
    applied: bool
    stale: bool
    flips: tuple[Flip, ...] = ()

    @property
    def difference(self) -> float:
        """The points that it would gain; negative where it would lose some."""
        return round((self.after or 0.0) - (self.before or 0.0), DIGITS)


def submission_changes(
    session: Session,
    rerun: Rerun,
    *,
    change: Change | None = None,
    test: str = "",
    name: str = "",
    submission_id: str = "",
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[SubmissionChange], int]:
    """Return a page of a rerun's submissions, the largest losses first, and how many there are in all.

    Of all, those that change like this, for which this test flips, or whose student's name or e-mail address has this.
    """
    filters = _filters(change, test, name)
    if submission_id:
        filters.append(Submission.id == submission_id)
    total = session.scalars(joined(select(func.count()), rerun).where(*filters)).one()
    columns = (*_columns(), is_stale(rerun).label("stale"))
    query = joined(select(*columns), rerun).where(*filters).order_by(*_ORDER).offset(offset).limit(limit)
    rows = session.execute(query).all()
    flips = _flips(session, rerun, [row.submission_id for row in rows])
    return [SubmissionChange(**row._mapping, flips=flips.get(row.submission_id, ())) for row in rows], total


def adjacent_submissions(
    session: Session, rerun: Rerun, submission_id: str, *, change: Change | None = None, test: str = ""
) -> Position:
    """Return the position of a submission in the order of `submission_changes`."""
    filters = _filters(change, test, "")
    ids = list(session.scalars(joined(select(Submission.id), rerun).where(*filters).order_by(*_ORDER)))
    return position_in(ids, submission_id)


def attempt_number() -> ColumnElement[int]:
    """Return the column of a submission's ordinal among its student's attempts at the assignment, from 1."""
    earlier = aliased(Submission)
    at = Submission.created_at
    query = select(func.count()).where(
        earlier.person_id == Submission.person_id,
        earlier.assignment_id == Submission.assignment_id,
        earlier.kind == "submit",
        or_(earlier.created_at < at, and_(earlier.created_at == at, earlier.id <= Submission.id)),
    )
    return query.scalar_subquery()


def _columns() -> tuple[Any, ...]:
    return (
        Submission.id.label("submission_id"),
        Submission.person_id,
        Person.name,
        Person.email,
        Submission.assignment_id,
        attempt_number().label("number"),
        CHANGE.label("change"),
        BEFORE.score.label("before"),
        func.coalesce(BEFORE.max_score, 0.0).label("max_before"),
        AFTER.score.label("after"),
        func.coalesce(AFTER.max_score, Version.max_score).label("max_after"),
        func.coalesce(AFTER.message, "").label("message"),
        RerunItem.applied,
    )


_LOSS: Final = func.coalesce(AFTER.score - func.coalesce(BEFORE.score, 0.0), 0.0)
_FIRST: Final = case((CHANGE == "falls", 0), (CHANGE == "rises", 1), (CHANGE == "not graded", 2), else_=3)
_ORDER: Final = (_FIRST, func.abs(_LOSS).desc(), Person.name, Submission.created_at, Submission.id)


def joined(query: Select[Any], rerun: Rerun) -> Select[Any]:
    """Return a query over the submissions of a rerun, with their two runs."""
    return (
        query.select_from(RerunItem)
        .join(Submission, Submission.id == RerunItem.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Person, Person.id == Submission.person_id)
        .join(Version, Version.hash == RerunItem.version_hash)
        .join(BEFORE, BEFORE.id == RerunItem.run_before, isouter=True)
        .join(AFTER, AFTER.id == RerunItem.run_after, isouter=True)
        .where(RerunItem.rerun_id == rerun.id)
    )


def is_stale(rerun: Rerun) -> ColumnElement[bool]:
    """Return the condition that a submission's active run changed since the comparison."""
    if rerun.state in ("cancelled", "discarded"):
        return literal(value=False)
    expected = case((RerunItem.applied, RerunItem.run_after), else_=RerunItem.run_before)
    return func.coalesce(Submission.run_id, "") != func.coalesce(expected, "")


def _filters(change: Change | None, test: str, name: str) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if change is not None:
        filters.append(CHANGE.in_([change]))
    if test:
        before, after = aliased(RunTest), aliased(RunTest)
        flipped = select(before.run_id).join(after, and_(*_flipped(before, after))).where(before.name == test)
        filters.append(flipped.where(before.run_id == BEFORE.id, after.run_id == AFTER.id).exists())
    if name:
        filters.append(
            func.lower(Person.name, type_=Text()).contains(name.lower(), autoescape=True)
            | func.lower(Person.email, type_=Text()).contains(name.lower(), autoescape=True)
        )
    return filters


def _flipped(before: Any, after: Any) -> tuple[ColumnElement[bool], ...]:
    return after.name == before.name, (before.outcome == "passed") != (after.outcome == "passed")


def _flips(session: Session, rerun: Rerun, submission_ids: Collection[str]) -> dict[str, tuple[Flip, ...]]:
    before, after = aliased(RunTest), aliased(RunTest)
    query = (
        select(RerunItem.submission_id, after.name, after.title, after.outcome == "passed")
        .join(before, before.run_id == RerunItem.run_before)
        .join(after, and_(after.run_id == RerunItem.run_after, *_flipped(before, after)))
        .where(RerunItem.rerun_id == rerun.id, RerunItem.submission_id.in_(submission_ids))
        .order_by(RerunItem.submission_id, after.position)
    )
    found: dict[str, tuple[Flip, ...]] = {}
    for submission_id, name, title, passes in session.execute(query):
        found[submission_id] = (*found.get(submission_id, ()), Flip(name, title, bool(passes)))
    return found
