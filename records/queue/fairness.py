"""Whose turn it is: the assignment, and in it the student, that was served longest ago; who never was comes first.

A student stands in an assignment's line with one run at a time, the oldest; when that is taken, the next oldest goes to
the end of the line. So the first in line is found by an index however many wait, and a student with two hundred runs is
one among the others. The place is `Run.turn`: when the student was last served, or `_BEHIND` for a run that stands
behind another of the same student's.

On PostgreSQL, a run that is submitted while the student's only other one is being taken may still find that in line,
and so stand behind nobody. It is taken after those in line, unless `fill_gaps` has put it right before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from records.database.base import Queue
from records.submissions.models import QUEUED, Run, locked
from records.versions.models import Version

_NEVER_SERVED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEHIND: Final = datetime(9999, 1, 1, tzinfo=UTC)

# Queries of what is done for each run are built once: to build one takes longer than to ask it.
_OF_STUDENT: Final = tuple(getattr(Run, name) == bindparam(name) for name in ("queue", "assignment_id", "person_id"))
_TURNS_OF_STUDENT: Final = select(func.min(Run.turn), func.max(Run.claimed_at)).where(*_OF_STUDENT)
_WAITING_OF_STUDENT: Final = (
    select(Run.id, Run.turn).where(*_OF_STUDENT, Run.state == QUEUED).order_by(Run.turn, Run.queued_at, Run.id).limit(1)
)


class WaitingRun(NamedTuple):
    """A run that waits."""

    run_id: str
    assignment_id: str
    person_id: str


@cache
def assignments_by_fairness(queue: Queue) -> Select[str]:
    """Return the query for the assignments that wait in a queue, the one whose turn it is first."""
    # Leaps from one assignment to the next by the index; DISTINCT would read every run that waits.
    least = select(func.min(Run.assignment_id)).where(Run.queue == queue, Run.state == QUEUED)
    found = select(least.scalar_subquery().label("id")).cte("found", recursive=True)
    following = least.where(Run.assignment_id > found.c.id).correlate(found).scalar_subquery()
    found = found.union_all(select(following).where(found.c.id.is_not(None)))
    served = select(func.max(Run.claimed_at)).where(Run.queue == queue, Run.assignment_id == found.c.id)
    in_turn = served.correlate(found).scalar_subquery().nulls_first()
    return select(found.c.id).where(found.c.id.is_not(None)).order_by(in_turn, found.c.id)


@cache
def next_run_query(queue: Queue, environments: frozenset[str] | None) -> Select[Run]:
    """Return the query for the run of `:assignment_id` whose turn it is, among those that some environments grade.

    Runs that others are about to take are passed over.
    """
    of_assignment = Run.assignment_id == bindparam("assignment_id")
    waiting = select(Run).where(Run.queue == queue, of_assignment, Run.state == QUEUED)
    if environments is not None:
        waiting = waiting.where(Run.version_hash.in_(select(Version.hash).where(Version.environment.in_(environments))))
    return locked(waiting.order_by(Run.turn, Run.queued_at, Run.id).limit(1), skip_locked=True)


def queue_order(session: Session, queue: Queue) -> list[WaitingRun]:
    """Return all runs that wait in a queue, in the order in which they will be taken if no others come."""
    in_line = select(Run.id, Run.assignment_id, Run.person_id).where(Run.queue == queue, Run.state == QUEUED)
    queues: defaultdict[str, defaultdict[str, list[WaitingRun]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(in_line.order_by(Run.turn, Run.queued_at, Run.id)):
        queues[row.assignment_id][row.person_id].append(WaitingRun(*row))
    assignments = session.scalars(assignments_by_fairness(queue)).all()
    return list(_around(_around(queues[assignment_id].values()) for assignment_id in assignments))


def fairness_key_of(session: Session, run: Run) -> datetime:
    """Return the place in line of a run that is about to wait."""
    in_line, served = session.execute(_TURNS_OF_STUDENT, _student(run)).one()
    if in_line is not None and in_line < _BEHIND:
        return _BEHIND
    return served or _NEVER_SERVED


def fairness_keys_of(session: Session, queue: Queue, students: Sequence[tuple[str, str]]) -> list[datetime]:
    """Return the places in line of runs that are about to wait, in this order, by one query.

    Args:
        session: to read in.
        queue: in which they will wait.
        students: of each run, the ids of its assignment and its student.
    """
    of_queue = (Run.queue == queue, Run.assignment_id.in_({assignment_id for assignment_id, _ in students}))
    columns = (Run.assignment_id, Run.person_id, func.min(Run.turn), func.max(Run.claimed_at))
    query = select(*columns).where(*of_queue).group_by(Run.assignment_id, Run.person_id)
    known = {(row[0], row[1]): (row[2], row[3]) for row in session.execute(query)}
    turns = []
    for student in students:
        in_line, served = known.get(student, (None, None))
        turns.append(_BEHIND if in_line is not None and in_line < _BEHIND else served or _NEVER_SERVED)
        known[student] = (turns[-1] if in_line is None else min(in_line, turns[-1]), served)
    return turns


def advance_student(session: Session, taken: Run) -> None:
    """Put the oldest of a student's waiting runs at the end of the line, now that another was taken."""
    following = session.execute(_WAITING_OF_STUDENT, _student(taken)).one_or_none()
    if following is None or following.turn < _BEHIND:
        return
    free = select(Run).where(Run.id == following.id, Run.state == QUEUED)
    for run in session.scalars(locked(free, skip_locked=True)):
        run.turn = taken.claimed_at
    session.flush()


def fill_gaps(session: Session) -> None:
    """Put a run of each student in line who waits with none there."""
    student = (Run.queue, Run.assignment_id, Run.person_id)
    strays = (
        select(func.min(Run.id)).where(Run.state == QUEUED).group_by(*student).having(func.min(Run.turn) >= _BEHIND)
    )
    for stray in session.scalars(select(Run).where(Run.id.in_(strays))).all():
        oldest = select(Run).where(*_OF_STUDENT, Run.state == QUEUED).order_by(Run.queued_at, Run.id).limit(1)
        for run in session.scalars(locked(oldest, skip_locked=True), _student(stray)).all():
            run.turn = fairness_key_of(session, run)
    session.flush()


def _student(run: Run) -> dict[str, Any]:
    return {"queue": run.queue, "assignment_id": run.assignment_id, "person_id": run.person_id}


def _around(lines: Iterable[Iterable[WaitingRun]]) -> Iterator[WaitingRun]:
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
