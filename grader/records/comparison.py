"""What a batch would change: who rises and who falls, which tests flip, and for whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from grader.records.batches import Batch, BatchItem
from grader.records.courses import Assignment
from grader.records.people import Person
from grader.records.types import Text
from grader.records.versions import Version
from grader.records.work import Run, Submission, TestResult

__all__ = ["CHANGES", "Change", "Comparison", "Flip", "Item", "Tally", "compare", "items_of", "neighbours"]

Change = Literal["rises", "falls", "same", "not graded", "waiting"]
CHANGES: Final[tuple[Change, ...]] = get_args(Change)
_DIGITS: Final = 4

_Before = aliased(Run)
_After = aliased(Run)
# A submission that never was graded rises when it is; what differs by rounding is the same.
_change: Final = case(
    (_After.id.is_(None) | _After.state.in_(("queued", "running")), "waiting"),
    (_After.state == "not graded", "not graded"),
    (_Before.score.is_(None), "rises"),
    (_After.score > _Before.score + 1e-6, "rises"),
    (_After.score < _Before.score - 1e-6, "falls"),
    else_="same",
)


class Flip(NamedTuple):
    """A test that one submission passes by one of two runs, and not by the other."""

    name: str
    title: str
    passes: bool


@dataclass(frozen=True)
class Item:
    """One submission of a batch, before and after.

    Attributes:
        number: the how manieth attempt of its student.
        stale: whether another run counts for it by now than the one it was compared with.
        before, after: points; None where it was not graded.
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
        """The points that it would gain, less than 0 where it would lose some."""
        return round((self.after or 0.0) - (self.before or 0.0), _DIGITS)


@dataclass(frozen=True)
class Tally:
    """A test over all submissions of a batch that are graded before and after.

    Attributes:
        up, down: how many would pass it that did not, and the other way about.
        passed_before, passed_after, total: how many pass it, of how many.
        before_only, after_only: whether only one of the versions has it.
    """

    assignment_id: str
    name: str
    title: str
    up: int
    down: int
    passed_before: int
    passed_after: int
    total: int
    before_only: bool
    after_only: bool


@dataclass(frozen=True)
class Comparison:
    """A batch as a whole.

    Attributes:
        counts: how many submissions change how.
        students: of how many students submissions rise or fall.
        stale: of how many submissions another run counts by now.
        applied: to how many submissions it is applied.
        gained, lost: points, summed over those that rise and those that fall.
        tests: those that flip, come or go, the most flipped first.
        steady: how many tests do not flip for anybody.
        max_before, max_after: how many points there are, where all submissions agree on that; else None.
    """

    counts: Mapping[Change, int]
    students: Mapping[Change, int]
    stale: int
    applied: int
    gained: float
    lost: float
    tests: list[Tally] = field(default_factory=list)
    steady: int = 0
    max_before: float | None = None
    max_after: float | None = None


def compare(session: Session, batch: Batch) -> Comparison:
    """Return what a batch would change; the number of queries does not grow with it."""
    columns = (
        _change.label("change"),
        Submission.person_id,
        case((_is_stale(batch), 1), else_=0).label("stale"),
        case((BatchItem.applied, 1), else_=0).label("applied"),
        (func.coalesce(_After.score, 0.0) - func.coalesce(_Before.score, 0.0)).label("difference"),
        _Before.max_score.label("before"),
        _After.max_score.label("after"),
    )
    # Grouped outside: PostgreSQL would not see that two expressions with parameters are the same.
    each = _joined(select(*columns), batch).subquery().c
    spans = [picked(column) for column in (each.before, each.after) for picked in (func.min, func.max)]
    people, flags = func.count(each.person_id.distinct()), (func.sum(each.stale), func.sum(each.applied))
    sums = (func.count(), people, *flags, func.sum(each.difference))
    rows = session.execute(select(each.change, *sums, *spans).group_by(each.change)).all()
    found: dict[str, Any] = {row[0]: row for row in rows}
    graded = [row for row in rows if row[0] in ("rises", "falls", "same")]
    tallies = _tallies(session, batch)
    moved = [one for one in tallies if one.up or one.down or one.before_only or one.after_only]
    return Comparison(
        counts={change: found[change][1] if change in found else 0 for change in CHANGES},
        students={change: found[change][2] if change in found else 0 for change in CHANGES},
        stale=sum(row[3] for row in rows),
        applied=sum(row[4] for row in rows),
        gained=round(found["rises"][5], _DIGITS) if "rises" in found else 0.0,
        lost=round(-found["falls"][5], _DIGITS) if "falls" in found else 0.0,
        tests=sorted(moved, key=lambda one: (-(one.up + one.down), one.name)),
        steady=len(tallies) - len(moved),
        max_before=_agreed([bound for row in graded for bound in row[6:8]]),
        max_after=_agreed([bound for row in graded for bound in row[8:10]]),
    )


def items_of(
    session: Session,
    batch: Batch,
    *,
    change: Change | None = None,
    test: str = "",
    name: str = "",
    submission_id: str = "",
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[Item], int]:
    """Return some submissions of a batch, those that lose the most first, and how many there are in all.

    Args:
        session: to read in.
        batch: whose submissions.
        change: those alone that change so; None for all.
        test: those alone for which this test flips.
        name: those alone of students whose name or e-mail contains this.
        submission_id: this one alone.
        offset, limit: which part.
    """
    filters = _filters(change, test, name)
    if submission_id:
        filters.append(Submission.id == submission_id)
    total = session.scalars(_joined(select(func.count()), batch).where(*filters)).one()
    earlier = aliased(Submission)
    number = select(func.count()).where(
        earlier.person_id == Submission.person_id,
        earlier.assignment_id == Submission.assignment_id,
        earlier.kind == "submit",
        or_(
            earlier.created_at < Submission.created_at,
            and_(earlier.created_at == Submission.created_at, earlier.id <= Submission.id),
        ),
    )
    columns = (
        Submission.id.label("submission_id"),
        Submission.person_id,
        Person.name,
        Person.email,
        Submission.assignment_id,
        number.scalar_subquery().label("number"),
        _change.label("change"),
        _Before.score.label("before"),
        func.coalesce(_Before.max_score, 0.0).label("max_before"),
        _After.score.label("after"),
        func.coalesce(_After.max_score, Version.max_score).label("max_after"),
        func.coalesce(_After.message, "").label("message"),
        BatchItem.applied,
        _is_stale(batch).label("stale"),
    )
    query = _joined(select(*columns), batch).where(*filters).order_by(*_ORDER).offset(offset).limit(limit)
    rows = session.execute(query).all()
    flips = _flips(session, batch, [row.submission_id for row in rows])
    return [Item(**row._mapping, flips=flips.get(row.submission_id, ())) for row in rows], total


def neighbours(
    session: Session, batch: Batch, submission_id: str, *, change: Change | None = None, test: str = ""
) -> tuple[str | None, str | None, int, int]:
    """Return the submissions before and after one in the order of `items_of`, its place from 1, and how many there are.

    The place is 0 where it is not among them.
    """
    filters = _filters(change, test, "")
    ids = list(session.scalars(_joined(select(Submission.id), batch).where(*filters).order_by(*_ORDER)))
    if submission_id not in ids:
        return None, None, 0, len(ids)
    place = ids.index(submission_id)
    return (
        ids[place - 1] if place else None,
        ids[place + 1] if place + 1 < len(ids) else None,
        place + 1,
        len(ids),
    )


_LOSS: Final = func.coalesce(_After.score - func.coalesce(_Before.score, 0.0), 0.0)
_FIRST: Final = case((_change == "falls", 0), (_change == "rises", 1), (_change == "not graded", 2), else_=3)
_ORDER: Final = (_FIRST, func.abs(_LOSS).desc(), Person.name, Submission.created_at, Submission.id)


def _joined(query: Select[Any], batch: Batch) -> Select[Any]:
    return (
        query.select_from(BatchItem)
        .join(Submission, Submission.id == BatchItem.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Person, Person.id == Submission.person_id)
        .join(Version, Version.hash == BatchItem.version_hash)
        .join(_Before, _Before.id == BatchItem.run_before, isouter=True)
        .join(_After, _After.id == BatchItem.run_after, isouter=True)
        .where(BatchItem.batch_id == batch.id)
    )


def _is_stale(batch: Batch) -> ColumnElement[bool]:
    """Tell of which submissions neither of the two runs, as it ought to, counts by now."""
    if batch.state in ("cancelled", "discarded"):
        return literal(value=False)
    expected = case((BatchItem.applied, BatchItem.run_after), else_=BatchItem.run_before)
    return func.coalesce(Submission.run_id, "") != func.coalesce(expected, "")


def _filters(change: Change | None, test: str, name: str) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if change is not None:
        filters.append(_change == change)
    if test:
        before, after = aliased(TestResult), aliased(TestResult)
        flipped = _paired(select(before.run_id), before, after).where(before.name == test)
        filters.append(flipped.where(before.run_id == _Before.id, after.run_id == _After.id).exists())
    if name:
        filters.append(
            func.lower(Person.name, type_=Text()).contains(name.lower(), autoescape=True)
            | func.lower(Person.email, type_=Text()).contains(name.lower(), autoescape=True)
        )
    return filters


def _paired(query: Select[Any], before: Any, after: Any) -> Select[Any]:
    """Return a query of tests by two runs whose outcome differs."""
    is_other = (before.outcome == "passed") != (after.outcome == "passed")
    return query.join(after, after.name == before.name).where(is_other)


def _flips(session: Session, batch: Batch, submission_ids: Collection[str]) -> dict[str, tuple[Flip, ...]]:
    before, after = aliased(TestResult), aliased(TestResult)
    query = (
        select(BatchItem.submission_id, after.name, after.title, after.outcome == "passed")
        .join(before, before.run_id == BatchItem.run_before)
        .join(after, and_(after.run_id == BatchItem.run_after, after.name == before.name))
        .where(BatchItem.batch_id == batch.id, BatchItem.submission_id.in_(submission_ids))
        .where((before.outcome == "passed") != (after.outcome == "passed"))
        .order_by(BatchItem.submission_id, after.position)
    )
    found: dict[str, tuple[Flip, ...]] = {}
    for submission_id, name, title, passes in session.execute(query):
        found[submission_id] = (*found.get(submission_id, ()), Flip(name, title, bool(passes)))
    return found


def _tallies(session: Session, batch: Batch) -> list[Tally]:
    """Count each test over the submissions that are graded before and after, by one query."""
    both = union_all(_side(batch, _Before), _side(batch, _After)).subquery()
    per = (
        select(
            both.c.assignment_id,
            both.c.name,
            func.max(both.c.title).label("title"),
            func.max(both.c.before).label("before"),
            func.max(both.c.after).label("after"),
        )
        .group_by(both.c.submission_id, both.c.assignment_id, both.c.name)
        .subquery()
    )

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    query = select(
        per.c.assignment_id,
        per.c.name,
        func.max(per.c.title).label("title"),
        count(per.c.before == 0, per.c.after == 1).label("up"),
        count(per.c.before == 1, per.c.after == 0).label("down"),
        func.coalesce(func.sum(per.c.before), 0).label("passed_before"),
        func.coalesce(func.sum(per.c.after), 0).label("passed_after"),
        func.count().label("total"),
        (func.count(per.c.after) == 0).label("before_only"),
        (func.count(per.c.before) == 0).label("after_only"),
    ).group_by(per.c.assignment_id, per.c.name)
    return [Tally(**row._mapping) for row in session.execute(query).all()]


def _side(batch: Batch, run: Any) -> Select[Any]:
    passed = case((TestResult.outcome == "passed", 1), else_=0)
    none = cast(null(), Integer)
    return (
        select(
            BatchItem.submission_id,
            run.assignment_id,
            TestResult.name,
            TestResult.title,
            (passed if run is _Before else none).label("before"),
            (passed if run is _After else none).label("after"),
        )
        .join(_Before, and_(_Before.id == BatchItem.run_before, _Before.state == "graded"))
        .join(_After, and_(_After.id == BatchItem.run_after, _After.state == "graded"))
        .join(TestResult, TestResult.run_id == run.id)
        .where(BatchItem.batch_id == batch.id)
    )


def _agreed(bounds: Collection[float | None]) -> float | None:
    known = {bound for bound in bounds if bound is not None}
    return known.pop() if len(known) == 1 else None
