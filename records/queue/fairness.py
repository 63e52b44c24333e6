"""Fairness: next is the assignment, and in it the student, that was served longest ago; who never was comes first.

Only one run of a student competes at a time, the oldest; when it is claimed, the student's next oldest goes behind all
others. So the next run is found by an index however many wait, and a student with two hundred runs counts as one.
`Run.fairness_key` orders the runs of an assignment: when the student was last served, or `_BEHIND` for a run that waits
behind another of the same student.

On PostgreSQL, a run that is submitted while the student's only other one is being claimed may still see that one
waiting, and so wait behind nobody. It is claimed after all others, unless `fill_gaps` has put it right before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from records.database.base import Queue
from records.queue.leases import QUEUED, locked
from records.submissions.models import Run
from records.versions.models import Version

_NEVER_SERVED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEHIND: Final = datetime(9999, 1, 1, tzinfo=UTC)

# Queries that are asked for each run are built once: building one takes longer than asking it.
_OF_STUDENT: Final = tuple(getattr(Run, name) == bindparam(name) for name in ("queue", "assignment_id", "person_id"))
_KEYS_OF_STUDENT: Final = select(func.min(Run.fairness_key), func.max(Run.claimed_at)).where(*_OF_STUDENT)
_NEXT_OF_STUDENT: Final = (
    select(Run.id, Run.fairness_key)
    .where(*_OF_STUDENT, Run.state == QUEUED)
    .order_by(Run.fairness_key, Run.queued_at, Run.id)
    .limit(1)
)


class WaitingRun(NamedTuple):
    """A run that waits."""

    run_id: str
    assignment_id: str
    person_id: str


@cache
def assignments_by_fairness(queue: Queue) -> Select[str]:
    """Return the query for the assignments that wait in a queue, the next one first."""
    # Leaps from one assignment to the next by the index; DISTINCT would read every run that waits.
    least = select(func.min(Run.assignment_id)).where(Run.queue == queue, Run.state == QUEUED)
    found = select(least.scalar_subquery().label("id")).cte("found", recursive=True)
    following = least.where(Run.assignment_id > found.c.id).correlate(found).scalar_subquery()
    found = found.union_all(select(following).where(found.c.id.is_not(None)))
    served = select(func.max(Run.claimed_at)).where(Run.queue == queue, Run.assignment_id == found.c.id)
    last_served = served.correlate(found).scalar_subquery().nulls_first()
    return select(found.c.id).where(found.c.id.is_not(None)).order_by(last_served, found.c.id)


@cache
def next_run_query(queue: Queue, environments: frozenset[str] | None) -> Select[Run]:
    """Return the query for the next run of `:assignment_id`, among those of some environments; None for all.

    Runs that others are about to claim are passed over.
    """
    of_assignment = Run.assignment_id == bindparam("assignment_id")
    waiting = select(Run).where(Run.queue == queue, of_assignment, Run.state == QUEUED)
    if environments is not None:
        waiting = waiting.where(Run.version_hash.in_(select(Version.hash).where(Version.environment.in_(environments))))
    return locked(waiting.order_by(Run.fairness_key, Run.queued_at, Run.id).limit(1), skip_locked=True)


def queue_order(session: Session, queue: Queue) -> list[WaitingRun]:
    """Return all runs that wait in a queue, in the order in which they will be claimed if no others come."""
    waiting = select(Run.id, Run.assignment_id, Run.person_id).where(Run.queue == queue, Run.state == QUEUED)
    by_student: defaultdict[str, defaultdict[str, list[WaitingRun]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(waiting.order_by(Run.fairness_key, Run.queued_at, Run.id)):
        by_student[row.assignment_id][row.person_id].append(WaitingRun(*row))
    assignments = session.scalars(assignments_by_fairness(queue)).all()
    return list(_round_robin(_round_robin(by_student[assignment_id].values()) for assignment_id in assignments))


def fairness_key_of(session: Session, run: Run) -> datetime:
    """Return the fairness key of a run that is about to wait."""
    first, served = session.execute(_KEYS_OF_STUDENT, _student(run)).one()
    if first is not None and first < _BEHIND:
        return _BEHIND
    return served or _NEVER_SERVED


def fairness_keys_of(session: Session, queue: Queue, students: Sequence[tuple[str, str]]) -> list[datetime]:
    """Return by one query the fairness keys of runs that are about to wait, given by assignment and student."""
    of_queue = (Run.queue == queue, Run.assignment_id.in_({assignment_id for assignment_id, _ in students}))
    columns = (Run.assignment_id, Run.person_id, func.min(Run.fairness_key), func.max(Run.claimed_at))
    query = select(*columns).where(*of_queue).group_by(Run.assignment_id, Run.person_id)
    known = {(row[0], row[1]): (row[2], row[3]) for row in session.execute(query)}
    keys = []
    for student in students:
        first, served = known.get(student, (None, None))
        keys.append(_BEHIND if first is not None and first < _BEHIND else served or _NEVER_SERVED)
        known[student] = (keys[-1] if first is None else min(first, keys[-1]), served)
    return keys


def advance_student(session: Session, claimed: Run) -> None:
    """Let the oldest of a student's waiting runs compete, behind all others, now that another was claimed."""
    following = session.execute(_NEXT_OF_STUDENT, _student(claimed)).one_or_none()
    if following is None or following.fairness_key < _BEHIND:
        return
    free = select(Run).where(Run.id == following.id, Run.state == QUEUED)
    for run in session.scalars(locked(free, skip_locked=True)):
        run.fairness_key = claimed.claimed_at
    session.flush()


def fill_gaps(session: Session) -> None:
    """Let the oldest run compete of each student who waits with none that does."""
    student = (Run.queue, Run.assignment_id, Run.person_id)
    strays = (
        select(func.min(Run.id))
        .where(Run.state == QUEUED)
        .group_by(*student)
        .having(func.min(Run.fairness_key) >= _BEHIND)
    )
    for stray in session.scalars(select(Run).where(Run.id.in_(strays))).all():
        oldest = select(Run).where(*_OF_STUDENT, Run.state == QUEUED).order_by(Run.queued_at, Run.id).limit(1)
        for run in session.scalars(locked(oldest, skip_locked=True), _student(stray)).all():
            run.fairness_key = fairness_key_of(session, run)
    session.flush()


def _student(run: Run) -> dict[str, Any]:
    return {"queue": run.queue, "assignment_id": run.assignment_id, "person_id": run.person_id}


def _round_robin(sequences: Iterable[Iterable[WaitingRun]]) -> Iterator[WaitingRun]:
    """Yield the first of each sequence, then the second of each, and so on."""
    for turn in zip_longest(*sequences):
        yield from (run for run in turn if run is not None)
