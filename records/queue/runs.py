"""Runs in the queue: requested, claimed, then completed, released or swept (see `records.queue.leases`)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from grader.results.run import RunResult
from records.database.base import Queue
from records.database.engine import clock
from records.queue import leases
from records.queue.fairness import advance_student, assignments_by_fairness, fairness_key_of, fill_gaps, next_run_query
from records.queue.leases import QUEUED, Claimed, Swept
from records.queue.slots import of_worker
from records.submissions.models import Kind, Run, RunTest, Submission
from records.versions.models import Version

_CONTENT: Final = (
    select(Submission.files, Submission.kind, Version.slug, Version.environment)
    .join_from(Submission, Version, Version.hash == bindparam("version_hash"))
    .where(Submission.id == bindparam("submission_id"))
)


@dataclass(frozen=True)
class ClaimedRun(Claimed):
    """A run that a slot has claimed, and what it needs to grade it.

    Attributes:
        submission_id, assignment_id: of what.
        queue: the queue it waited in.
        waited_seconds: since it was requested.
        version, slug, environment: the bundle's hash and name, and what it is graded with.
        files: the submission's, by name.
        kind: the submission's: a "check" is graded by the public tests alone.
        seed: that the run must have; None for a fresh one.
    """

    model = Run

    queue: str
    assignment_id: str
    version: str
    slug: str
    environment: str
    files: Mapping[str, bytes] = field(repr=False)
    submission_id: str
    waited_seconds: float
    kind: Kind
    seed: int | None


def request_run(
    session: Session, submission: Submission, *, queue: Queue, version: Version | None = None, seed: int | None = None
) -> Run:
    """Queue a submission for grading: by default by the version it was submitted for, and with a fresh seed."""
    run = Run(
        submission_id=submission.id,
        version_hash=submission.version_hash if version is None else version.hash,
        assignment_id=submission.assignment_id,
        person_id=submission.person_id,
        queue=queue,
        queued_at=clock(session),
        seed=seed,
    )
    run.fairness_key = fairness_key_of(session, run)
    session.add(run)
    session.flush()
    return run


def runs_waiting(session: Session, queue: Queue) -> int:
    """Return how many runs wait in a queue."""
    return session.scalars(select(func.count()).where(Run.queue == queue, Run.state == QUEUED)).one()


def claim_run(
    session: Session, queue: Queue, slot: str, lease_seconds: float, environments: Collection[str] | None = None
) -> ClaimedRun | None:
    """Claim the next run: of the assignment, and in it of the student, that was served longest ago.

    No two slots get the same run, and none waits for another. None where nothing waits, or nothing of the environments.
    """
    first = next_run_query(queue, None if environments is None else frozenset(environments))
    for assignment_id in session.scalars(assignments_by_fairness(queue)).all():
        run = session.scalars(first, {"assignment_id": assignment_id}).one_or_none()
        if run is not None:
            return _begin(session, run, slot, lease_seconds)
    return None


def _begin(session: Session, run: Run, slot: str, lease_seconds: float) -> ClaimedRun:
    now = clock(session)
    claim = run.begin(now, lease_seconds)
    run.slot, run.claimed_at, run.fairness_key = slot, now, None
    session.flush()
    advance_student(session, run)
    wanted = {"submission_id": run.submission_id, "version_hash": run.version_hash}
    content = session.execute(_CONTENT, wanted).one()
    return ClaimedRun(
        id=run.id,
        claim=claim,
        tries=run.tries,
        queue=run.queue,
        assignment_id=run.assignment_id,
        version=run.version_hash,
        submission_id=run.submission_id,
        waited_seconds=(now - run.queued_at).total_seconds(),
        seed=run.seed,
        **content._mapping,
    )


def complete_run(session: Session, claimed: Claimed, result: RunResult) -> bool:
    """Store what a run found and make it its submission's grade; False where the claim is no longer in force.

    A run of the background queue, or one that was not graded, leaves the grade as it is; so does one that comes late,
    when somebody has decided meanwhile that a rerun's run is active.

    Raises:
        ValueError: the result is of another submission or another version.
    """
    run = leases.find_claimed(session, Run, claimed)
    if run is None:
        return False
    submission = session.get_one(Submission, run.submission_id, with_for_update={"key_share": True})
    if (result.version, result.submission) != (run.version_hash, submission.content_hash):
        raise ValueError(f"the result is not one of run {run.id}: {result.version}, {result.submission}")
    if result.tests:
        rows = [{"run_id": run.id, "position": at, **test.to_json()} for at, test in enumerate(result.tests)]
        session.execute(insert(RunTest), rows)
    run.end(result.outcome, clock(session))
    run.seed = result.seed
    run.score = result.score
    run.max_score = result.max_score
    run.message = result.message
    run.duration_ms = result.duration_ms
    run.peak_memory_mib = result.peak_memory_mib
    active = session.get(Run, submission.run_id) if submission.run_id else None
    decided = active is not None and active.queue == "background"
    if run.queue == "interactive" and run.state == "graded" and not decided:
        submission.run_id = run.id
    session.flush()
    return True


def release_run(session: Session, claimed: Claimed, *, charge: bool, reason: str) -> bool:
    """Put a run back in its queue, as `leases.release` does; False where the claim is no longer in force."""
    return leases.release(session, Run, claimed, partial(_requeue, session, reason), charge=charge)


def release_runs_of(
    session: Session, worker: str, max_tries: int, is_alive: Callable[[str], bool], reason: str
) -> list[Run]:
    """Release the runs that dead slots of a worker had claimed, each try charged, and return them.

    Those begun `max_tries` times are left to the sweep, which ends them.
    """
    running = select(Run).where(of_worker(Run.slot, worker), Run.state == "running", Run.tries < max_tries)
    lost = [run for run in session.scalars(running).all() if run.slot and not is_alive(run.slot)]
    return [
        run
        for run in lost
        if run.claim and release_run(session, Claimed(run.id, run.claim, run.tries), charge=True, reason=reason)
    ]


def sweep_runs(session: Session, now: datetime, max_tries: int) -> Swept[Run]:
    """Put runs whose lease has expired back in the queue; end those begun `max_tries` times as not graded."""

    def give_up(run: Run) -> None:
        run.message = f"Grading was begun {run.tries} times and broke off each time."
        run.seed, run.duration_ms, run.max_score = 0, 0.0, run.version.max_score
        run.fairness_key = None
        run.end("not graded", now)

    requeue = partial(_requeue, session, "the worker stopped answering")
    swept = leases.sweep(session, Run, now, max_tries, requeue, give_up)
    fill_gaps(session)
    return swept


def _requeue(session: Session, reason: str, run: Run) -> None:
    run.fairness_key = fairness_key_of(session, run)
    run.reason, run.slot = reason, None
    run.requeue()
