"""The life of a rerun until it is decided on: begun, paused, resumed, cancelled; its progress, and its ETA.

A rerun's runs wait in the background queue like any others. Beginning one takes a few statements, however many
submissions it has; pausing it withdraws the runs that no worker has claimed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from records.courses.models import Assignment, Course
from records.database.base import new_id
from records.database.engine import chunks, clock
from records.errors import NotAllowed
from records.queue.fairness import fairness_keys_of, fill_gaps
from records.queue.leases import QUEUED
from records.reruns.models import UNDECIDED, Rerun, RerunItem, RerunState, expect_in_no_rerun, log_rerun
from records.submissions.models import Run, Submission

MAX_SUBMISSIONS: Final = 10_000
_MIN_GRADED_FOR_ETA: Final = 3
_ROW: Final = (
    Submission.id,
    Submission.assignment_id,
    Submission.person_id,
    Submission.run_id,
    Run.seed.label("seed"),
)


@dataclass(frozen=True)
class Progress:
    """How far a rerun is: how many submissions it has, and how many are in each state.

    Attributes:
        idle: without a run, because the rerun was paused or cancelled.
    """

    total: int
    idle: int
    queued: int
    running: int
    graded: int
    not_graded: int

    @property
    def done(self) -> int:
        """How many are graded or could not be."""
        return self.graded + self.not_graded

    @property
    def underway(self) -> int:
        """How many are waiting or being graded."""
        return self.queued + self.running


def begin_rerun(session: Session, rerun: Rerun, submission_ids: Sequence[str]) -> Rerun:
    """Store a new rerun and request a background run of each submission; no grade changes before somebody decides so.

    The caller wakes the background queue after the transaction.

    Raises:
        NotAllowed: there are none or too many, another undecided rerun holds some, or there is nothing to grade by.
    """
    session.execute(select(Course.id).where(Course.id == rerun.course_id).with_for_update(key_share=True))
    wanted = _wanted(submission_ids)
    rows = _rows_of(session, rerun, wanted)
    versions = _versions_of(rows, rerun.version_hash)
    expect_in_no_rerun(session, wanted)
    rerun.asked_at = clock(session)
    session.add(rerun)
    session.flush()
    _add_items(session, rerun, rows, versions)
    after = {"submissions": len(rows), "chosen": rerun.chosen, "version": rerun.version_hash, "seed": rerun.seed}
    log_rerun(session, rerun, rerun.person_id, "begin rerun", after, rerun.reason)
    return rerun


def pause_rerun(session: Session, rerun: Rerun, person_id: str) -> None:
    """Withdraw the runs that wait; those being graded are completed.

    Raises:
        NotAllowed: it is not underway.
    """
    _expect(rerun, ("underway",), "paused")
    withdrawn = _withdraw(session, rerun)
    rerun.state = "paused"
    log_rerun(session, rerun, person_id, "pause rerun", {"state": rerun.state, "submissions": withdrawn})


def resume_rerun(session: Session, rerun: Rerun, person_id: str) -> int:
    """Queue what was withdrawn and what could not be graded again; return how many those are.

    Raises:
        NotAllowed: it is decided on.
    """
    _expect(rerun, UNDECIDED, "resumed")
    query = (
        select(*_ROW, RerunItem.version_hash.label("by"))
        .join_from(RerunItem, Submission, Submission.id == RerunItem.submission_id)
        .join(Run, Run.id == RerunItem.run_before, isouter=True)
        .where(RerunItem.rerun_id == rerun.id)
        .where(or_(RerunItem.run_after.is_(None), RerunItem.run_after.in_(_runs_of(rerun, "not graded"))))
        .order_by(RerunItem.position)
    )
    rows = session.execute(query).all()
    run_ids = _queue(session, rerun, rows, [row.by for row in rows])
    fresh = [
        {"rerun_id": rerun.id, "submission_id": row.id, "run_after": run_id}
        for row, run_id in zip(rows, run_ids, strict=True)
    ]
    if fresh:
        session.execute(update(RerunItem), fresh)
    rerun.state = "underway"
    log_rerun(session, rerun, person_id, "resume rerun", {"state": rerun.state, "submissions": len(rows)})
    return len(rows)


def cancel_rerun(session: Session, rerun: Rerun, person_id: str) -> None:
    """End a rerun with what is graded so far: it can be read but never applied.

    Raises:
        NotAllowed: it is decided on.
    """
    _expect(rerun, UNDECIDED, "cancelled")
    withdrawn = _withdraw(session, rerun)
    rerun.state = "cancelled"
    rerun.decided_at = clock(session)
    log_rerun(session, rerun, person_id, "cancel rerun", {"state": rerun.state, "submissions": withdrawn})


def progress_of(session: Session, rerun_ids: Sequence[str]) -> dict[str, Progress]:
    """Return the progress of reruns by id, in one query."""
    query = (
        select(RerunItem.rerun_id, Run.state, func.count())
        .join(Run, Run.id == RerunItem.run_after, isouter=True)
        .where(RerunItem.rerun_id.in_(rerun_ids))
        .group_by(RerunItem.rerun_id, Run.state)
    )
    counts: dict[str, Counter[str]] = {rerun_id: Counter() for rerun_id in rerun_ids}
    for rerun_id, state, count in session.execute(query):
        counts[rerun_id][state or "idle"] = count
    return {
        rerun_id: Progress(
            total=count.total(),
            idle=count["idle"],
            queued=count["queued"],
            running=count["running"],
            graded=count["graded"],
            not_graded=count["not graded"],
        )
        for rerun_id, count in counts.items()
    }


def eta_seconds(session: Session, rerun: Rerun, progress: Progress) -> float | None:
    """Return the time until all is graded at the pace so far; None while that is not known."""
    query = (
        select(func.min(Run.claimed_at), func.max(Run.finished_at))
        .join(RerunItem, RerunItem.run_after == Run.id)
        .where(RerunItem.rerun_id == rerun.id, Run.finished_at.is_not(None))
    )
    began, ended = session.execute(query).one()
    if not progress.underway or progress.done < _MIN_GRADED_FOR_ETA or not began or not ended or ended <= began:
        return None
    return float(progress.underway * (ended - began).total_seconds() / progress.done)


def _wanted(submission_ids: Sequence[str]) -> list[str]:
    """Return the ids without repetitions; refuse none or too many."""
    wanted = list(dict.fromkeys(submission_ids))
    if not wanted:
        raise NotAllowed("There is no such submission, so there is nothing to grade again.")
    if len(wanted) > MAX_SUBMISSIONS:
        raise NotAllowed(
            f"These are {len(wanted):,} submissions; one rerun takes {MAX_SUBMISSIONS:,} at most. Choose fewer."
        )
    return wanted


def _versions_of(rows: Sequence[Any], version_hash: str | None) -> list[str]:
    """Return the version to grade each row by; refuse rows of assignments without one."""
    versions = [version_hash or row.in_force for row in rows]
    if None in versions:
        raise NotAllowed("One of these assignments has no version yet, so there is nothing to grade by.")
    return versions


def _rows_of(session: Session, rerun: Rerun, wanted: Sequence[str]) -> list[Any]:
    found: dict[str, Any] = {}
    for some in chunks(wanted):
        query = (
            select(*_ROW, Assignment.version_hash.label("in_force"))
            .join_from(Submission, Assignment, Assignment.id == Submission.assignment_id)
            .join(Run, Run.id == Submission.run_id, isouter=True)
            .where(Submission.id.in_(some), Submission.kind == "submit", Assignment.course_id == rerun.course_id)
        )
        if rerun.assignment_id is not None:
            query = query.where(Assignment.id == rerun.assignment_id)
        found |= {row.id: row for row in session.execute(query)}
    if len(found) < len(wanted):
        raise NotAllowed("Some of these submissions are not attempts here, so nothing was begun. Choose again.")
    return [found[submission_id] for submission_id in wanted]


def _add_items(session: Session, rerun: Rerun, rows: Sequence[Any], versions: Sequence[str]) -> None:
    items = [
        {
            "rerun_id": rerun.id,
            "submission_id": row.id,
            "position": position,
            "version_hash": version_hash,
            "run_before": row.run_id,
            "run_after": run_id,
        }
        for position, (row, version_hash, run_id) in enumerate(
            zip(rows, versions, _queue(session, rerun, rows, versions), strict=True)
        )
    ]
    session.execute(insert(RerunItem), items)


def _queue(session: Session, rerun: Rerun, rows: Sequence[Any], versions: Sequence[str]) -> list[str]:
    """Queue a background run of each submission, in this order, and return their ids."""
    asked_at = clock(session)
    keys = fairness_keys_of(session, "background", [(row.assignment_id, row.person_id) for row in rows])
    runs = [
        {
            "id": new_id(),
            "submission_id": row.id,
            "version_hash": version_hash,
            "assignment_id": row.assignment_id,
            "person_id": row.person_id,
            "queue": "background",
            "queued_at": asked_at + timedelta(microseconds=place),
            "fairness_key": key,
            "seed": row.seed if rerun.seed is None else rerun.seed,
        }
        for place, (row, version_hash, key) in enumerate(zip(rows, versions, keys, strict=True))
    ]
    if runs:
        session.execute(insert(Run), runs)
    return [run["id"] for run in runs]


def _runs_of(rerun: Rerun, state: str | ColumnElement[str]) -> Select[str]:
    of_rerun = select(Run.id).join(RerunItem, RerunItem.run_after == Run.id).where(RerunItem.rerun_id == rerun.id)
    return of_rerun.where(Run.state == state)


def _withdraw(session: Session, rerun: Rerun) -> int:
    """Delete the runs that no worker has claimed, and return how many; those just being claimed go on."""
    run_ids = session.scalars(_runs_of(rerun, QUEUED).with_for_update(of=Run, skip_locked=True)).all()
    for some in chunks(run_ids):
        session.execute(update(RerunItem).where(RerunItem.run_after.in_(some)).values(run_after=None))
        session.execute(delete(Run).where(Run.id.in_(some)).execution_options(synchronize_session=False))
    fill_gaps(session)
    return len(run_ids)


def _expect(rerun: Rerun, states: Sequence[RerunState], done: str) -> None:
    if rerun.state not in states:
        raise NotAllowed(f"This rerun is {rerun.state}, so it cannot be {done}.")
