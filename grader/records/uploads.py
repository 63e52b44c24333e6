"""Uploads: which versions somebody brought to an assignment."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.records.base import Base, now
from grader.records.people import Person
from grader.records.versions import Version

__all__ = ["Upload"]


class Upload(Base):
    """A version that was brought to an assignment, once; the one in force is the assignment's own `version_hash`.

    Attributes:
        note: what changed, in the author's words.
    """

    __tablename__ = "uploads"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)

    version: Mapped[Version] = relationship()
    person: Mapped[Person | None] = relationship()
