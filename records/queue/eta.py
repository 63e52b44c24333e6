"""Where a run stands: its place in the line, and when it will be finished, from what gradings took of late."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database.base import Lane
from records.queue.fairness import Waiting, line_of
from records.queue.slots import serving
from records.submissions.models import FINISHED, GRADED, QUEUED, RUNNING, Run
from records.versions.models import Version

_SAMPLE: Final = 100
_GAP_SAMPLE: Final = 200  # of all slots together
_UNKNOWN_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        state: of the run.
        position: its place among those that wait in its lane, from 1; 0 for a run that does not wait.
        eta_seconds: until it is finished; None while no slot lives that has a bench for it.
        ahead: how many will be begun before it.
    """

    state: str
    position: int
    eta_seconds: float | None
    ahead: int


def standing(session: Session, run_id: str, now: datetime) -> Standing:
    """Return where a run stands.

    Raises:
        LookupError: there is no such run.
    """
    try:
        return standings(session, [run_id], now)[run_id]
    except KeyError:
        raise LookupError(f"there is no run {run_id}") from None


def standings(session: Session, run_ids: Collection[str], now: datetime) -> dict[str, Standing]:
    """Return where each of several runs stands, in one look at the line; unknown ids are left out."""
    query = select(Run.id, Run.lane, Run.state).where(Run.id.in_(run_ids))
    found = session.execute(query).all()
    lanes = {run.lane for run in found if run.state not in FINISHED}
    underway = {run_id: place for lane in lanes for run_id, place in places(session, lane, now).items()}
    return {run.id: underway.get(run.id) or Standing(run.state, 0, 0.0, 0) for run in found}


def places(session: Session, lane: Lane, now: datetime) -> dict[str, Standing]:
    """Return the standing of every run of a lane that is not finished."""
    columns = (Run.id, Run.assignment_id, Run.slot, Run.state, Run.taken_at, Version.environment)
    query = select(*columns).join(Version, Version.hash == Run.version_hash)
    unfinished = session.execute(query.where(Run.lane == lane, Run.state.in_((QUEUED, RUNNING)))).all()
    by_environment = serving(session, lane, now)
    slots = {run.id: by_environment.get(run.environment, []) for run in unfinished}
    line = [run for run in line_of(session, lane) if run.run_id in slots]
    pace = _Pace(session, lane, {run.assignment_id for run in unfinished})
    running = [run for run in unfinished if run.state == "running"]
    left = {run.id: max(0.0, pace.seconds(run.assignment_id) - _seconds(run.taken_at, now)) for run in running}
    places = {run_id: Standing("running", 0, seconds if slots[run_id] else None, 0) for run_id, seconds in left.items()}
    ends = _ends(line, slots, {run.slot: left[run.id] for run in running}, pace)
    for ahead, (run, end) in enumerate(zip(line, ends, strict=True)):
        places[run.run_id] = Standing("queued", ahead + 1, end, ahead)
    return places


def _ends(
    line: Sequence[Waiting], slots: Mapping[str, Sequence[str]], busy: Mapping[str, float], pace: "_Pace"
) -> list[float | None]:
    """Return in how many seconds each run of a line ends, taken in turn by whichever of its slots is free first.

    Args:
        line: the runs that wait.
        slots: of each run, those that have a bench for it.
        busy: in how many seconds slots are free, where they are not now.
        pace: of the lane.
    """
    free_in = defaultdict(float, busy)
    ends: list[float | None] = []
    for run in line:
        if not slots[run.run_id]:
            ends.append(None)
            continue
        first = min(slots[run.run_id], key=free_in.__getitem__)
        free_in[first] += pace.gap + pace.seconds(run.assignment_id)
        ends.append(free_in[first])
    return ends


class _Pace:
    """How fast a lane is, by its last gradings.

    What lies ahead of a run is a sum, so the mean is taken: a few submissions that run into their time limits make up
    most of the work, and a median would not see them.
    """

    def __init__(self, session: Session, lane: Lane, assignment_ids: Collection[str]) -> None:
        last = select(Run.slot, Run.queued_at, Run.taken_at, Run.finished_at).where(
            Run.lane == lane, Run.state == GRADED
        )
        last = last.order_by(Run.finished_at.desc())
        in_lane = session.execute(last.limit(_GAP_SAMPLE)).all()
        self.gap = _gap(in_lane)
        self._otherwise = _mean_seconds(in_lane[:_SAMPLE], _UNKNOWN_SECONDS)
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
    return fmean(_seconds(run.taken_at, run.finished_at) for run in runs) if runs else otherwise


def _gap(latest_first: Sequence[Any]) -> float:
    """Return the seconds from the end of one grading to the next in the same slot, where that was waiting already."""
    gaps = []
    following: dict[str, Any] = {}
    for run in latest_first:
        after = following.get(run.slot)
        if after is not None and after.queued_at <= run.finished_at:
            gaps.append(max(0.0, _seconds(run.finished_at, after.taken_at)))
        following[run.slot] = run
    return median(gaps) if gaps else 0.0


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
