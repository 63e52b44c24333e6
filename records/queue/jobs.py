"""Jobs: long work over an assignment that staff ask for, and its report.

They are taken, kept and given back as runs are (see `records.queue.runs`), by slots of the background queue.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ForeignKey, Index, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from records.courses.models import Assignment
from records.database.base import Base, new_id, now, one_of
from records.database.engine import clock
from records.database.types import Json, Text
from records.errors import NotAllowed
from records.versions.models import Version

MAX_UNDERWAY: Final = 2  # of one assignment
_SEED_BITS: Final = 48
JobKind = Literal["verification", "similarity"]
JobState = Literal["queued", "running", "done", "failed"]


class Job(Base):
    """The lab's verification of a version, or a search for submissions that are alike.

    Attributes:
        version_hash: what is verified; None for a search.
        seed: what an verification draws its seeds from.
        done, total, doing: how far it is, and at what.
        gate_open: whether an verified version may be published; None before that is known, and for a search.
        report: what was found, as plain data; None before.
        message: why it failed, for staff.
        tries, claim, lease_until: as of a run.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("kind", *get_args(JobKind)),
        one_of("state", *get_args(JobState)),
        Index(None, "assignment_id", "kind", "asked_at"),
        Index(None, "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[JobKind] = mapped_column(Text())
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    state: Mapped[JobState] = mapped_column(Text(), default="queued")
    seed: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str] = mapped_column(default="")
    gate_open: Mapped[bool | None]
    report: Mapped[Any] = mapped_column(Json(), nullable=True, deferred=True)
    message: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()
    version: Mapped[Version | None] = relationship()


@dataclass(frozen=True)
class ClaimedJob:
    """A job that a slot has taken; the fields are those of the job."""

    job_id: str
    claim: str = field(repr=False)
    kind: JobKind
    assignment_id: str
    version: str | None
    seed: int
    tries: int


def request_job(
    session: Session, kind: JobKind, assignment: Assignment, person_id: str, version_hash: str | None = None
) -> Job:
    """Ask for a job of an assignment, or return the one of the same thing that is underway.

    Args:
        session: one that writes.
        kind: "verification" of a version, or a search for "similarity".
        assignment: of which.
        person_id: who asks.
        version_hash: what is verified; for a search, the version whose starter is discounted.

    Raises:
        NotAllowed: too many others of this assignment are underway.
    """
    session.execute(select(Assignment.id).where(Assignment.id == assignment.id).with_for_update(key_share=True))
    unfinished = (Job.assignment_id == assignment.id, Job.state.in_(("queued", "running")))
    underway = session.scalars(select(Job).where(*unfinished)).all()
    for job in underway:
        if (job.kind, job.version_hash) == (kind, version_hash):
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
        asked_at=clock(session),
    )
    session.add(job)
    session.flush()
    return job


def jobs_waiting(session: Session) -> int:
    """Return how many jobs wait."""
    return session.scalars(select(func.count()).where(Job.state == "queued")).one()


def claim_job(session: Session, lease_seconds: float, environments: Collection[str]) -> ClaimedJob | None:
    """Take the job that has waited longest, of those that can be made with benches of some environments."""
    possible = or_(
        Job.version_hash.is_(None),
        Job.kind == "similarity",
        Job.version_hash.in_(select(Version.hash).where(Version.environment.in_(environments))),
    )
    query = select(Job).where(Job.state == "queued", possible).order_by(Job.asked_at, Job.id).limit(1)
    job = session.scalar(query.with_for_update(skip_locked=True))
    if job is None:
        return None
    job.state, job.claim, job.tries = "running", new_id(), job.tries + 1
    job.done = job.total = 0
    job.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    session.flush()
    return ClaimedJob(job.id, job.claim, job.kind, job.assignment_id, job.version_hash, job.seed, job.tries)


def renew_job(
    session: Session, taken: ClaimedJob, lease_seconds: float, progress: tuple[int, int, str] | None = None
) -> bool:
    """Extend a job's lease and note how far it is: done, total, doing; False where it is somebody else's by now."""
    job = _claimed(session, taken)
    if job is None:
        return False
    job.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    if progress is not None:
        job.done, job.total, job.doing = progress
    session.flush()
    return True


def complete_job(
    session: Session, taken: ClaimedJob, report: Any = None, *, gate_open: bool | None = None, message: str = ""
) -> bool:
    """Store what a job found, or, with a message, why it failed; False where it is somebody else's by now."""
    job = _claimed(session, taken)
    if job is None:
        return False
    job.state = "failed" if message else "done"
    job.report, job.gate_open, job.message = report, gate_open, message
    job.claim = job.lease_until = None
    job.finished_at = clock(session)
    session.flush()
    return True


def release_job(session: Session, taken: ClaimedJob, reason: str, max_tries: int) -> bool:
    """Put a job back where it waited, or end it as failed where it was begun too often."""
    job = _claimed(session, taken)
    if job is None:
        return False
    _give_back(job, reason, max_tries, clock(session))
    session.flush()
    return True


def sweep_jobs(session: Session, now: datetime, max_tries: int) -> None:
    """Put jobs whose lease has lapsed back where they waited; end those begun `max_tries` times as failed."""
    lost = select(Job).where(Job.state == "running", Job.lease_until < now)
    for job in session.scalars(lost.with_for_update(skip_locked=True)).all():
        _give_back(job, "The worker stopped answering.", max_tries, now)
    session.flush()


def _claimed(session: Session, taken: ClaimedJob) -> Job | None:
    query = select(Job).where(Job.id == taken.job_id, Job.claim == taken.claim, Job.state == "running")
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _give_back(job: Job, reason: str, max_tries: int, moment: datetime) -> None:
    job.claim = job.lease_until = None
    if job.tries < max_tries:
        job.state = "queued"
    else:
        job.state, job.finished_at = "failed", moment
        job.message = f"It was begun {job.tries} times and broke off each time. {reason}"
