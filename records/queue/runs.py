"""The life of a run: asked for, taken, kept, and finished, given back or swept up.

A worker *takes* a run and gets a claim: the secret of this try, with a lease. As long as it lives it *keeps* the run,
which extends the lease. What it has to say is heard only while its claim is in force, so a run counts once, however
often its message came and however late a worker wakes up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from grader.results.run import RunResult
from records.database.base import Queue, new_id
from records.database.engine import clock
from records.queue.fairness import advance_student, assignments_by_fairness, fairness_key_of, fill_gaps, next_run_query
from records.submissions.models import QUEUED, RUNNING, Kind, Run, RunTest, Submission, locked
from records.versions.models import Version

_CONTENT: Final = (
    select(Submission.files, Submission.kind, Version.slug, Version.environment)
    .join_from(Submission, Version, Version.hash == bindparam("version_hash"))
    .where(Submission.id == bindparam("submission_id"))
)
_CLAIMED: Final = locked(
    select(Run).where(Run.id == bindparam("run_id"), Run.claim == bindparam("claim"), Run.state == RUNNING)
)


@dataclass(frozen=True)
class ClaimedRun:
    """A run that a slot has taken, and what it needs to grade it.

    Attributes:
        run_id, submission_id, assignment_id: which run, of what.
        claim: the secret of this try, which all that is said about the run needs.
        tries: how often the run was begun, this time included.
        queue: the queue it waited in.
        waited_seconds: since it was asked for.
        version, slug, environment: the bundle's hash and name, and what it is graded with.
        files: the submission's, by name.
        kind: the submission's: a "check" is graded by the public tests alone.
        seed: that the run is to have; None for a fresh one.
    """

    run_id: str
    claim: str = field(repr=False)
    tries: int
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


@dataclass(frozen=True)
class SweptRuns:
    """The ids of runs that nobody kept: back in the queue, or ended as not graded."""

    requeued: list[str]
    ended: list[str]


def request_run(
    session: Session, submission: Submission, *, queue: Queue, version: Version | None = None, seed: int | None = None
) -> Run:
    """Put a submission in a queue's queue.

    Args:
        session: one that writes.
        submission: what to grade.
        queue: whose workers grade it.
        version: by which version; None for the one it was submitted for.
        seed: repeats the run of that seed; None for a fresh one.
    """
    run = Run(
        submission_id=submission.id,
        version_hash=submission.version_hash if version is None else version.hash,
        assignment_id=submission.assignment_id,
        person_id=submission.person_id,
        queue=queue,
        queued_at=clock(session),
        seed=seed,
    )
    run.turn = fairness_key_of(session, run)
    session.add(run)
    session.flush()
    return run


def runs_waiting(session: Session, queue: Queue) -> int:
    """Return how many runs wait in a queue."""
    return session.scalars(select(func.count()).where(Run.queue == queue, Run.state == QUEUED)).one()


def claim_run(
    session: Session, queue: Queue, slot: str, lease_seconds: float, environments: Collection[str] | None = None
) -> ClaimedRun | None:
    """Take the run whose turn it is: of the assignment, in it of the student, that was served longest ago.

    No two takers get the same run, and none waits for another. None where nothing waits.

    Args:
        session: one that writes.
        queue: where to look.
        slot: who takes it.
        lease_seconds: until when to keep it or finish it.
        environments: leave runs of others alone; None for whichever comes.
    """
    first = next_run_query(queue, None if environments is None else frozenset(environments))
    for assignment_id in session.scalars(assignments_by_fairness(queue)).all():
        run = session.scalars(first, {"assignment_id": assignment_id}).one_or_none()
        if run is not None:
            return _begin(session, run, slot, lease_seconds)
    return None


def _begin(session: Session, run: Run, slot: str, lease_seconds: float) -> ClaimedRun:
    now = clock(session)
    claim = new_id()
    run.state = "running"
    run.tries += 1
    run.claim = claim
    run.lease_until = now + timedelta(seconds=lease_seconds)
    run.slot = slot
    run.claimed_at = now
    run.turn = None
    session.flush()
    advance_student(session, run)
    wanted = {"submission_id": run.submission_id, "version_hash": run.version_hash}
    files, kind, slug, environment = session.execute(_CONTENT, wanted).one()
    return ClaimedRun(
        run_id=run.id,
        claim=claim,
        tries=run.tries,
        queue=run.queue,
        assignment_id=run.assignment_id,
        version=run.version_hash,
        slug=slug,
        environment=environment,
        files=files,
        submission_id=run.submission_id,
        waited_seconds=(now - run.queued_at).total_seconds(),
        kind=kind,
        seed=run.seed,
    )


def renew_run(session: Session, run_id: str, claim: str, lease_seconds: float) -> bool:
    """Extend a run's lease; False where it is somebody else's by now."""
    run = _claimed(session, run_id, claim)
    if run is None:
        return False
    run.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    session.flush()
    return True


def complete_run(session: Session, run_id: str, claim: str, result: RunResult) -> bool:
    """Store what a run found and make it its submission's grade; False where the claim is not in force.

    A run of the background queue, or one that was not graded, leaves the grade as it is; so does one that comes late,
    when somebody has decided meanwhile that a rerun's run counts.

    Raises:
        ValueError: the result is of another submission or another version.
    """
    run = _claimed(session, run_id, claim)
    if run is None:
        return False
    submission = session.get_one(Submission, run.submission_id, with_for_update={"key_share": True})
    if (result.version, result.submission) != (run.version_hash, submission.content_hash):
        raise ValueError(f"the result is not one of run {run_id}: {result.version}, {result.submission}")
    if result.tests:
        rows = [{"run_id": run_id, "position": at, **test.to_json()} for at, test in enumerate(result.tests)]
        session.execute(insert(RunTest), rows)
    _end(run, result.outcome, clock(session))
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


def release_run(session: Session, run_id: str, claim: str, *, charge: bool, reason: str) -> bool:
    """Put a run back where it waited; False where the claim is not in force.

    Args:
        session: one that writes.
        run_id, claim: as they were taken.
        charge: whether the try counts; False where the run had no part in it.
        reason: why, for staff.
    """
    run = _claimed(session, run_id, claim)
    if run is None:
        return False
    run.tries -= not charge
    _requeue(session, run, reason)
    session.flush()
    return True


def sweep_runs(session: Session, now: datetime, max_tries: int) -> SweptRuns:
    """Put runs whose lease has lapsed back in the queue; end those begun `max_tries` times as not graded."""
    lost = or_(
        (Run.state == RUNNING) & (Run.lease_until < now),
        (Run.state == QUEUED) & (Run.tries >= max_tries),  # given back too often
    )
    swept = SweptRuns([], [])
    for run in session.scalars(locked(select(Run).where(lost).order_by(Run.id), skip_locked=True)).all():
        if run.tries < max_tries:
            _requeue(session, run, "the worker stopped answering")
            swept.requeued.append(run.id)
        else:
            run.message = f"Grading was begun {run.tries} times and broke off each time."
            run.seed, run.duration_ms, run.max_score = 0, 0.0, run.version.max_score
            _end(run, "not graded", now)
            swept.ended.append(run.id)
    session.flush()
    fill_gaps(session)
    return swept


def _claimed(session: Session, run_id: str, claim: str) -> Run | None:
    return session.scalars(_CLAIMED, {"run_id": run_id, "claim": claim}).one_or_none()


def _requeue(session: Session, run: Run, reason: str) -> None:
    run.turn = fairness_key_of(session, run)
    run.state = "queued"
    run.reason = reason
    run.claim = run.lease_until = run.slot = None


def _end(run: Run, state: str, now: datetime) -> None:
    run.state = state
    run.finished_at = now
    run.turn = None
    run.claim = run.lease_until = None
