"""The audit log: who changed what, and why; entries are added and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import Base, now
from records.database.engine import clock
from records.database.types import Json


class AuditEntry(Base):
    """Who changed what, and why; triggers refuse to change or remove an entry.

    Attributes:
        actor: a person's id, or the name of the part of the service that acted.
        action: what was done, as a verb: "regrade", "extend".
        subject: to what: "submission 0f3a...".
        course_id: the course that it belongs to; None for none.
        before, after: what was changed, as plain data.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "subject"), Index(None, "course_id", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    course_id: Mapped[str | None] = mapped_column(ForeignKey("courses.id"))
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[Any] = mapped_column(Json(), nullable=True)
    after: Mapped[Any] = mapped_column(Json(), nullable=True)


def audit(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    course_id: str | None = None,
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Write down an act, in the transaction that does it.

    Args:
        session: one that writes.
        actor: a person's id, or the name of the part of the service that acts.
        action: what is done, as a verb.
        subject: to what.
        course_id: the course that it belongs to, so that its staff can read of it.
        reason: why.
        before, after: what it changes, as plain data.
    """
    entry = AuditEntry(
        at=clock(session),
        actor=actor,
        action=action,
        subject=subject,
        course_id=course_id,
        reason=reason,
        before=before,
        after=after,
    )
    session.add(entry)
    session.flush()
