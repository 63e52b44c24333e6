"""Studies: long work over an assignment that staff ask for, and its report."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.records.base import Base, new_id, now, one_of
from grader.records.courses import Assignment
from grader.records.types import Json, Text
from grader.records.versions import Version

__all__ = ["Study", "StudyKind", "StudyState"]

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
