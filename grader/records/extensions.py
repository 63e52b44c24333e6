"""Extensions: what holds for one student in place of an assignment's own terms."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grader.records.base import Base, now

__all__ = ["Extension"]


class Extension(Base):
    """More time or more attempts for one student at one assignment.

    Attributes:
        due_at: in place of the assignment's; None for that.
        attempts: in place of the assignment's, 0 for as many as the student likes; None for the assignment's.
        reason: why, for staff.
        granted_by: who granted it.
    """

    __tablename__ = "extensions"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    granted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
