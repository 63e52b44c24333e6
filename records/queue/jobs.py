"""Jobs: long work over an assignment that staff ask for, and its report.

Slots of the background queue claim them as they claim runs (see `records.queue.leases`).
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ForeignKey, Index, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from records.courses.models import Assignment
from records.database.base import Base, now, one_of
from records.database.engine import clock
from records.database.types import Json, Text
from records.errors import NotAllowed
from records.queue import leases
from records.queue.leases import QUEUED, Claimed, Leased, Swept
from records.versions.models import Version

MAX_UNDERWAY: Final = 2  # of one assignment
_SEED_BITS: Final = 48
JobKind = Literal["verification", "similarity"]
JobState = Literal["queued", "running", "done", "failed"]


class Job(Leased, Base):
    """The verification of a version, or a search for similar submissions.

    Attributes:
        version_hash: what is verified; None for a search.
        seed: what a verification draws its seeds from.
        withdrawn: whether a search takes in students who have withdrawn.
        done, total, doing: its progress, and the current step.
        gate_open: whether a verified version may be published; None before that is known, and for a search.
        report: what was found, as plain data; None before.
        message: why it failed, for staff.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("kind", *get_args(JobKind)),
        one_of("state", *get_args(JobState)),
        Index(None, "assignment_id", "kind", "asked_at"),
        Index(None, "state", "asked_at"),
    )

    kind: Mapped[JobKind] = mapped_column(Text())
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    seed: Mapped[int] = mapped_column(BigInteger)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str] = mapped_column(default="")
    gate_open: Mapped[bool | None]
    report: Mapped[Any] = mapped_column(Json(), nullable=True, deferred=True)
    message: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)

    assignment: Mapped[Assignment] = relationship()
    version: Mapped[Version | None] = relationship()


@dataclass(frozen=True)
class ClaimedJob(Claimed):
    """A job that a slot has claimed; the fields are those of the job."""

    model = Job

    kind: JobKind
    assignment_id: str
    version: str | None
    seed: int
    withdrawn: bool


def request_job(
    session: Session,
    kind: JobKind,
    assignment: Assignment,
    person_id: str,
    version_hash: str | None = None,
    *,
    withdrawn: bool = False,
) -> Job:
    """Request a job of an assignment, or return the same one that is underway.

    The version is what is verified; for a search, the one whose starter is discounted.

    Raises:
        NotAllowed: too many others of this assignment are underway.
    """
    session.execute(select(Assignment.id).where(Assignment.id == assignment.id).with_for_update(key_share=True))
    unfinished = (Job.assignment_id == assignment.id, Job.state.in_(("queued", "running")))
    underway = session.scalars(select(Job).where(*unfinished)).all()
    for job in underway:
        if (job.kind, job.version_hash, job.withdrawn) == (kind, version_hash, withdrawn):
            return job
    if len(underway) >= MAX_UNDERWAY:
        raise NotAllowed(
            f"{MAX_UNDERWAY} others of this assignment are underway. Please wait for one of them to finish."
        )
    job = Job(
        kind=kind,
        assignment_id=assignment.id,
        version_hash=version_hash,
        person_id=person_id,
        seed=secrets.randbits(_SEED_BITS),
        withdrawn=withdrawn,
        asked_at=clock(session),
    )
    session.add(job)
    session.flush()
    return job


def jobs_waiting(session: Session) -> int:
    """Return how many jobs wait."""
    return session.scalars(select(func.count()).where(Job.state == "queued")).one()


def claim_job(session: Session, lease_seconds: float, environments: Collection[str]) -> ClaimedJob | None:
    """Claim the job that has waited longest, of those that need no bench or one of these environments."""
    possible = or_(
        Job.version_hash.is_(None),
        Job.kind == "similarity",
        Job.version_hash.in_(select(Version.hash).where(Version.environment.in_(environments))),
    )
    oldest = select(Job).where(Job.state == QUEUED, possible).order_by(Job.asked_at, Job.id).limit(1)
    job = session.scalars(leases.locked(oldest, skip_locked=True)).one_or_none()
    if job is None:
        return None
    claim = job.begin(clock(session), lease_seconds)
    job.done = job.total = 0
    session.flush()
    return ClaimedJob(job.id, claim, job.tries, job.kind, job.assignment_id, job.version_hash, job.seed, job.withdrawn)


def report_progress(
    session: Session, claimed: ClaimedJob, lease_seconds: float, progress: tuple[int, int, str]
) -> bool:
    """Store how far a job is (done, total, doing) and renew its lease; False where the claim is no longer in force."""
    job = leases.renew(session, Job, claimed, lease_seconds)
    if job is not None:
        job.done, job.total, job.doing = progress
    return job is not None


def complete_job(
    session: Session, claimed: ClaimedJob, report: Any = None, *, gate_open: bool | None = None, message: str = ""
) -> bool:
    """Store what a job found, or, with a message, why it failed; False where the claim is no longer in force."""
    job = leases.find_claimed(session, Job, claimed)
    if job is None:
        return False
    job.report, job.gate_open, job.message = report, gate_open, message
    job.end("failed" if message else "done", clock(session))
    session.flush()
    return True


def release_job(session: Session, claimed: ClaimedJob, reason: str, max_tries: int) -> bool:
    """Put a job back in its queue, or end it as failed where it was begun too often; False as for `complete_job`."""

    def requeue(job: Job) -> None:
        if job.tries < max_tries:
            job.requeue()
        else:
            _give_up(job, reason, clock(session))

    return leases.release(session, Job, claimed, requeue)


def sweep_jobs(session: Session, now: datetime, max_tries: int) -> Swept[Job]:
    """Put jobs whose lease has expired back in the queue; end those begun `max_tries` times as failed."""

    def give_up(job: Job) -> None:
        _give_up(job, "The worker stopped answering.", now)

    return leases.sweep(session, Job, now, max_tries, Job.requeue, give_up)


def _give_up(job: Job, reason: str, now: datetime) -> None:
    job.message = f"It was begun {job.tries} times and broke off each time. {reason}"
    job.end("failed", now)
