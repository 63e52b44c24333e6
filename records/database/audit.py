"""The audit log: who changed what, and why; entries are added and never changed."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import Base, now
from records.database.engine import clock
from records.database.types import Json, Text

Action = Literal[
    # a course and its people
    "create course",
    "join",
    "change code",
    "close joining",
    "import roster",
    "change role",
    # an account
    "invite",
    "choose password",
    "change password",
    "create token",
    "revoke token",
    # an assignment
    "create assignment",
    "delete assignment",
    "upload version",
    "publish version",
    "override gate",
    "change policy",
    "extend",
    "withdraw extension",
    "search similarity",
    "add rubric item",
    "change rubric item",
    # a submission
    "mark",
    "override",
    "remove override",
    "withhold",
    "release",
    "comment",
    "change comment",
    "remove comment",
    "grade again",
    "regrade",
    "restore",
    # a rerun
    "begin rerun",
    "pause rerun",
    "resume rerun",
    "cancel rerun",
    "discard rerun",
    "apply rerun",
    "undo rerun",
]


class AuditEntry(Base):
    """Who changed what, and why; triggers refuse to change or remove an entry.

    Attributes:
        actor: a person's id, or the name of the part of the service that acted.
        action: what was done.
        course_id: the course that it belongs to; None for none.
        assignment_id, submission_id, rerun_id: what was changed; of a submission or rerun, its id alone.
        person_id: who is concerned, where no submission tells it.
        before, after: what was changed, as plain data.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "submission_id"), Index(None, "course_id", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str]
    action: Mapped[Action] = mapped_column(Text())
    course_id: Mapped[str | None] = mapped_column(ForeignKey("courses.id"))
    # No foreign keys: an assignment may be deleted, what was done to it stays in the log.
    assignment_id: Mapped[str | None]
    submission_id: Mapped[str | None]
    rerun_id: Mapped[str | None]
    person_id: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[Any] = mapped_column(Json(), nullable=True)
    after: Mapped[Any] = mapped_column(Json(), nullable=True)


def audit(
    session: Session,
    *,
    actor: str,
    action: Action,
    course_id: str | None = None,
    assignment_id: str | None = None,
    submission_id: str | None = None,
    rerun_id: str | None = None,
    person_id: str | None = None,
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Log an act in the transaction that does it; arguments as the attributes of `AuditEntry`."""
    entry = AuditEntry(
        at=clock(session),
        actor=actor,
        action=action,
        course_id=course_id,
        assignment_id=assignment_id,
        submission_id=submission_id,
        rerun_id=rerun_id,
        person_id=person_id,
        reason=reason,
        before=before,
        after=after,
    )
    session.add(entry)
    session.flush()
