"""Studies: long work over an assignment that staff ask for, and its report.

They are taken, kept and given back as runs are (see `records.queue.runs`), by slots of the batch lane.
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
from records.submissions.rules import Refused
from records.versions.models import Version

MAX_UNDERWAY: Final = 2  # of one assignment
_SEED_BITS: Final = 48
StudyKind = Literal["examination", "similarity"]
StudyState = Literal["queued", "running", "done", "failed"]


class Study(Base):
    """The lab's examination of a version, or a search for submissions that are alike.

    Attributes:
        version_hash: what is examined; None for a search.
        seed: what an examination draws its seeds from.
        done, total, doing: how far it is, and at what.
        gate_open: whether an examined version may be published; None before that is known, and for a search.
        report: what was found, as plain data; None before.
        message: why it failed, for staff.
        tries, claim, lease_until: as of a run.
    """

    __tablename__ = "studies"
    __table_args__ = (
        one_of("kind", *get_args(StudyKind)),
        one_of("state", *get_args(StudyState)),
        Index(None, "assignment_id", "kind", "asked_at"),
        Index(None, "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[StudyKind] = mapped_column(Text())
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    state: Mapped[StudyState] = mapped_column(Text(), default="queued")
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
class TakenStudy:
    """A study that a slot has taken; the fields are those of the study."""

    study_id: str
    claim: str = field(repr=False)
    kind: StudyKind
    assignment_id: str
    version: str | None
    seed: int
    tries: int


def ask_for_study(
    session: Session, kind: StudyKind, assignment: Assignment, person_id: str, version_hash: str | None = None
) -> Study:
    """Ask for a study of an assignment, or return the one of the same thing that is underway.

    Args:
        session: one that writes.
        kind: "examination" of a version, or a search for "similarity".
        assignment: of which.
        person_id: who asks.
        version_hash: what is examined; for a search, the version whose starter is discounted.

    Raises:
        Refused: too many others of this assignment are underway.
    """
    session.execute(select(Assignment.id).where(Assignment.id == assignment.id).with_for_update(key_share=True))
    unfinished = (Study.assignment_id == assignment.id, Study.state.in_(("queued", "running")))
    underway = session.scalars(select(Study).where(*unfinished)).all()
    for study in underway:
        if (study.kind, study.version_hash) == (kind, version_hash):
            return study
    if len(underway) >= MAX_UNDERWAY:
        raise Refused(f"{MAX_UNDERWAY} others of this assignment are underway. Please wait for one of them to finish.")
    study = Study(
        kind=kind,
        assignment_id=assignment.id,
        version_hash=version_hash,
        person_id=person_id,
        seed=secrets.randbits(_SEED_BITS),
        asked_at=clock(session),
    )
    session.add(study)
    session.flush()
    return study


def studies_waiting(session: Session) -> int:
    """Return how many studies wait."""
    return session.scalars(select(func.count()).where(Study.state == "queued")).one()


def take_study(session: Session, lease_seconds: float, environments: Collection[str]) -> TakenStudy | None:
    """Take the study that has waited longest, of those that can be made with benches of some environments."""
    possible = or_(
        Study.version_hash.is_(None),
        Study.kind == "similarity",
        Study.version_hash.in_(select(Version.hash).where(Version.environment.in_(environments))),
    )
    query = select(Study).where(Study.state == "queued", possible).order_by(Study.asked_at, Study.id).limit(1)
    study = session.scalar(query.with_for_update(skip_locked=True))
    if study is None:
        return None
    study.state, study.claim, study.tries = "running", new_id(), study.tries + 1
    study.done = study.total = 0
    study.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    session.flush()
    return TakenStudy(
        study.id, study.claim, study.kind, study.assignment_id, study.version_hash, study.seed, study.tries
    )


def keep_study(
    session: Session, taken: TakenStudy, lease_seconds: float, progress: tuple[int, int, str] | None = None
) -> bool:
    """Extend a study's lease and note how far it is: done, total, doing; False where it is somebody else's by now."""
    study = _claimed(session, taken)
    if study is None:
        return False
    study.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    if progress is not None:
        study.done, study.total, study.doing = progress
    session.flush()
    return True


def end_study(
    session: Session, taken: TakenStudy, report: Any = None, *, gate_open: bool | None = None, message: str = ""
) -> bool:
    """Store what a study found, or, with a message, why it failed; False where it is somebody else's by now."""
    study = _claimed(session, taken)
    if study is None:
        return False
    study.state = "failed" if message else "done"
    study.report, study.gate_open, study.message = report, gate_open, message
    study.claim = study.lease_until = None
    study.finished_at = clock(session)
    session.flush()
    return True


def give_study_back(session: Session, taken: TakenStudy, reason: str, max_tries: int) -> bool:
    """Put a study back where it waited, or end it as failed where it was begun too often."""
    study = _claimed(session, taken)
    if study is None:
        return False
    _give_back(study, reason, max_tries, clock(session))
    session.flush()
    return True


def sweep_studies(session: Session, now: datetime, max_tries: int) -> None:
    """Put studies whose lease has lapsed back where they waited; end those begun `max_tries` times as failed."""
    lost = select(Study).where(Study.state == "running", Study.lease_until < now)
    for study in session.scalars(lost.with_for_update(skip_locked=True)).all():
        _give_back(study, "The worker stopped answering.", max_tries, now)
    session.flush()


def _claimed(session: Session, taken: TakenStudy) -> Study | None:
    query = select(Study).where(Study.id == taken.study_id, Study.claim == taken.claim, Study.state == "running")
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _give_back(study: Study, reason: str, max_tries: int, moment: datetime) -> None:
    study.claim = study.lease_until = None
    if study.tries < max_tries:
        study.state = "queued"
    else:
        study.state, study.finished_at = "failed", moment
        study.message = f"It was begun {study.tries} times and broke off each time. {reason}"
