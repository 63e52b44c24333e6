"""What a rerun would change as a whole: whose points rise or fall, and which tests flip."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from records.reruns.changes import AFTER, BEFORE, CHANGE, CHANGES, DIGITS, Change, is_stale, joined
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import RunTest, Submission


@dataclass(frozen=True)
class Tally:
    """A test over all submissions of a rerun that are graded before and after.

    Attributes:
        up, down: how many would newly pass it, and newly fail it.
        passed_before, passed_after, total: how many pass it, and out of how many.
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
    """A rerun as a whole.

    Attributes:
        counts: how many submissions there are for each change.
        students: how many students have a submission for each change.
        stale: for how many submissions the active run changed since.
        applied: to how many submissions it is applied.
        gained, lost: points, summed over those that rise and those that fall.
        tests: those that flip, come or go, the most flipped first.
        steady: how many tests flip for nobody.
        max_before, max_after: the maximum points, where all submissions agree on them; else None.
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


def compare(session: Session, rerun: Rerun) -> Comparison:
    """Return what a rerun would change; the number of queries does not grow with it."""
    columns = (
        CHANGE.label("change"),
        Submission.person_id,
        case((is_stale(rerun), 1), else_=0).label("stale"),
        case((RerunItem.applied, 1), else_=0).label("applied"),
        (func.coalesce(AFTER.score, 0.0) - func.coalesce(BEFORE.score, 0.0)).label("difference"),
        BEFORE.max_score.label("before"),
        AFTER.max_score.label("after"),
    )
    # Grouped outside: PostgreSQL would not see that two expressions with parameters are the same.
    each = joined(select(*columns), rerun).subquery().c
    spans = [picked(column) for column in (each.before, each.after) for picked in (func.min, func.max)]
    people, flags = func.count(each.person_id.distinct()), (func.sum(each.stale), func.sum(each.applied))
    sums = (func.count(), people, *flags, func.sum(each.difference))
    rows = session.execute(select(each.change, *sums, *spans).group_by(each.change)).all()
    found: dict[str, Any] = {row[0]: row for row in rows}
    graded = [row for row in rows if row[0] in ("rises", "falls", "same")]
    tallies = _tallies(session, rerun)
    moved = [one for one in tallies if one.up or one.down or one.before_only or one.after_only]
    return Comparison(
        counts={change: found[change][1] if change in found else 0 for change in CHANGES},
        students={change: found[change][2] if change in found else 0 for change in CHANGES},
        stale=sum(row[3] for row in rows),
        applied=sum(row[4] for row in rows),
        gained=round(found["rises"][5], DIGITS) if "rises" in found else 0.0,
        lost=round(-found["falls"][5], DIGITS) if "falls" in found else 0.0,
        tests=sorted(moved, key=lambda one: (-(one.up + one.down), one.name)),
        steady=len(tallies) - len(moved),
        max_before=_agreed([bound for row in graded for bound in row[6:8]]),
        max_after=_agreed([bound for row in graded for bound in row[8:10]]),
    )


def _tallies(session: Session, rerun: Rerun) -> list[Tally]:
    """Count each test over the submissions that are graded before and after, by one query."""
    both = union_all(_side(rerun, BEFORE), _side(rerun, AFTER)).subquery()
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


def _side(rerun: Rerun, run: Any) -> Select[Any]:
    passed = case((RunTest.outcome == "passed", 1), else_=0)
    none = cast(null(), Integer)
    return (
        select(
            RerunItem.submission_id,
            run.assignment_id,
            RunTest.name,
            RunTest.title,
            (passed if run is BEFORE else none).label("before"),
            (passed if run is AFTER else none).label("after"),
        )
        .join(BEFORE, and_(BEFORE.id == RerunItem.run_before, BEFORE.state == "graded"))
        .join(AFTER, and_(AFTER.id == RerunItem.run_after, AFTER.state == "graded"))
        .join(RunTest, RunTest.run_id == run.id)
        .where(RerunItem.rerun_id == rerun.id)
    )


def _agreed(bounds: Collection[float | None]) -> float | None:
    known = {bound for bound in bounds if bound is not None}
    return known.pop() if len(known) == 1 else None
