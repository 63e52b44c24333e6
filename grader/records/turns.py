"""Whose turn it is: the assignment, and in it the student, that was served longest ago; who never was comes first.

The order is written down twice, as queries for taking one run and as a list for foretelling when each is taken; a test
holds them together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from grader.records.base import Lane
from grader.records.work import QUEUED, Run

__all__ = ["Waiting", "assignments_by_turn", "line_of", "people_by_turn"]

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Waiting(NamedTuple):
    """A run that waits, with the moments that its assignment and, for it, its student were last served."""

    run_id: str
    assignment_id: str
    person_id: str
    queued_at: datetime
    assignment_served: datetime
    person_served: datetime


def assignments_by_turn(lane: Lane) -> Select[str]:
    """Return the query for the assignments that wait in a lane, whose turn it is first."""
    return (
        select(Run.assignment_id)
        .where(Run.lane == lane, Run.state == QUEUED)
        .group_by(Run.assignment_id)
        .order_by(_assignment_served(lane).nulls_first(), func.min(Run.queued_at), Run.assignment_id)
    )


def people_by_turn(lane: Lane, assignment_id: str) -> Select[str]:
    """Return the query for the students that wait for an assignment, whose turn it is first."""
    return (
        select(Run.person_id)
        .where(Run.lane == lane, Run.state == QUEUED, Run.assignment_id == assignment_id)
        .group_by(Run.assignment_id, Run.person_id)
        .order_by(_person_served(lane).nulls_first(), func.min(Run.queued_at), Run.person_id)
    )


def line_of(session: Session, lane: Lane) -> list[Waiting]:
    """Return all runs that wait in a lane, in the order in which they will be taken if no others come."""
    waits = (Run.lane == lane, Run.state == QUEUED)
    groups = select(Run.assignment_id, Run.person_id, _assignment_served(lane), _person_served(lane)).where(*waits)
    served = {
        (assignment, person): tuple(moment or _NEVER for moment in moments)
        for assignment, person, *moments in session.execute(groups.group_by(Run.assignment_id, Run.person_id))
    }
    runs = select(Run.id, Run.assignment_id, Run.person_id, Run.queued_at).where(*waits)
    by_age = session.execute(runs.order_by(Run.queued_at, Run.id))
    return _in_turn(Waiting(*row, *served[row.assignment_id, row.person_id]) for row in by_age)


def _assignment_served(lane: Lane) -> ScalarSelect[datetime | None]:
    before = aliased(Run)
    served = select(func.max(before.taken_at)).where(before.lane == lane, before.assignment_id == Run.assignment_id)
    return served.correlate(Run).scalar_subquery()


def _person_served(lane: Lane) -> ScalarSelect[datetime | None]:
    before = aliased(Run)
    served = select(func.max(before.taken_at)).where(
        before.lane == lane, before.assignment_id == Run.assignment_id, before.person_id == Run.person_id
    )
    return served.correlate(Run).scalar_subquery()


def _in_turn(by_age: Iterable[Waiting]) -> list[Waiting]:
    queues: defaultdict[str, defaultdict[str, list[Waiting]]] = defaultdict(lambda: defaultdict(list))
    for run in by_age:
        queues[run.assignment_id][run.person_id].append(run)
    lines = []
    for people in queues.values():
        by_person = sorted(
            people.values(), key=lambda line: (line[0].person_served, line[0].queued_at, line[0].person_id)
        )
        lines.append((min(line[0].queued_at for line in by_person), list(_around(by_person))))
    lines.sort(key=lambda pair: (pair[1][0].assignment_served, pair[0], pair[1][0].assignment_id))
    return list(_around(line for _, line in lines))


def _around(lines: Iterable[list[Waiting]]) -> Iterator[Waiting]:
    """Yield the first of each line, then the second of each, and so on: who was served goes to the end."""
    left = [iter(line) for line in lines]
    while left:
        still = []
        for line in left:
            run = next(line, None)
            if run is not None:
                yield run
                still.append(line)
        left = still
