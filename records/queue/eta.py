"""Queue positions and ETAs: how many runs are before one, and when it will be done by the pace of recent gradings."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database.base import Queue
from records.queue.fairness import WaitingRun, queue_order
from records.queue.leases import QUEUED, RUNNING
from records.queue.slots import serving
from records.submissions.models import FINISHED, GRADED, Run
from records.versions.models import Version

_SAMPLE: Final = 100
_GAP_SAMPLE: Final = 200  # of all slots together
_UNKNOWN_SECONDS: Final = 1.0


@dataclass(frozen=True)
class QueuePosition:
    """A run's position in its queue.

    Attributes:
        state: of the run.
        position: among those that wait in its queue, from 1; 0 for a run that does not wait.
        eta_seconds: until it is finished; None while no live slot has a bench for it.
        ahead: how many will be begun before it.
    """

    state: str
    position: int
    eta_seconds: float | None
    ahead: int


def queue_position(session: Session, run_id: str, now: datetime) -> QueuePosition:
    """Return a run's queue position.

    Raises:
        LookupError: there is no such run.
    """
    run = session.execute(select(Run.queue, Run.state).where(Run.id == run_id)).one_or_none()
    if run is None:
        raise LookupError(f"there is no run {run_id}")
    if run.state in FINISHED:
        return QueuePosition(run.state, 0, 0.0, 0)
    return positions_in(session, run.queue, now)[run_id]


def positions_in(session: Session, queue: Queue, now: datetime) -> dict[str, QueuePosition]:
    """Return the queue position of every unfinished run of a queue."""
    columns = (Run.id, Run.assignment_id, Run.slot, Run.state, Run.claimed_at, Version.environment)
    query = select(*columns).join(Version, Version.hash == Run.version_hash)
    unfinished = session.execute(query.where(Run.queue == queue, Run.state.in_((QUEUED, RUNNING)))).all()
    by_environment = serving(session, queue, now)
    slots = {run.id: by_environment.get(run.environment, []) for run in unfinished}
    waiting = [run for run in queue_order(session, queue) if run.run_id in slots]
    pace = _Pace(session, queue, {run.assignment_id for run in unfinished})
    running = [run for run in unfinished if run.state == "running"]
    left = {run.id: max(0.0, pace.seconds(run.assignment_id) - _seconds(run.claimed_at, now)) for run in running}
    positions = {
        run_id: QueuePosition("running", 0, seconds if slots[run_id] else None, 0) for run_id, seconds in left.items()
    }
    ends = _ends(waiting, slots, {run.slot: left[run.id] for run in running}, pace)
    for ahead, (run, end) in enumerate(zip(waiting, ends, strict=True)):
        positions[run.run_id] = QueuePosition("queued", ahead + 1, end, ahead)
    return positions


def _ends(
    waiting: Sequence[WaitingRun], slots: Mapping[str, Sequence[str]], busy: Mapping[str, float], pace: "_Pace"
) -> list[float | None]:
    """Return in how many seconds each waiting run ends, if each is claimed by whichever of its slots is free first.

    Args:
        slots: of each run, those that have a bench for it.
        busy: in how many seconds slots are free, where they are not now.
    """
    free_in = defaultdict(float, busy)
    ends: list[float | None] = []
    for run in waiting:
        if not slots[run.run_id]:
            ends.append(None)
            continue
        first = min(slots[run.run_id], key=free_in.__getitem__)
        free_in[first] += pace.gap + pace.seconds(run.assignment_id)
        ends.append(free_in[first])
    return ends


class _Pace:
    """How fast a queue is, by its last gradings.

    The work ahead of a run is a sum, so the mean is used: a few submissions that run into their time limits make up
    most of the work, and a median would not see them.
    """

    def __init__(self, session: Session, queue: Queue, assignment_ids: Collection[str]) -> None:
        last = select(Run.slot, Run.queued_at, Run.claimed_at, Run.finished_at).where(
            Run.queue == queue, Run.state == GRADED
        )
        last = last.order_by(Run.finished_at.desc())
        in_queue = session.execute(last.limit(_GAP_SAMPLE)).all()
        self.gap = _gap(in_queue)
        self._otherwise = _mean_seconds(in_queue[:_SAMPLE], _UNKNOWN_SECONDS)
        self._seconds = {
            assignment_id: _mean_seconds(
                session.execute(last.where(Run.assignment_id == assignment_id).limit(_SAMPLE)).all(), self._otherwise
            )
            for assignment_id in assignment_ids
        }

    def seconds(self, assignment_id: str) -> float:
        """Return what one grading of an assignment takes."""
        return self._seconds[assignment_id]


def _mean_seconds(runs: Sequence[Any], otherwise: float) -> float:
    return fmean(_seconds(run.claimed_at, run.finished_at) for run in runs) if runs else otherwise


def _gap(latest_first: Sequence[Any]) -> float:
    """Return the seconds between two gradings in the same slot, where the second was already waiting."""
    gaps = []
    following: dict[str, Any] = {}
    for run in latest_first:
        after = following.get(run.slot)
        if after is not None and after.queued_at <= run.finished_at:
            gaps.append(max(0.0, _seconds(run.finished_at, after.claimed_at)))
        following[run.slot] = run
    return median(gaps) if gaps else 0.0


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
