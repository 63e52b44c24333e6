"""The audit log: who changed what, and why; entries are added and never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import Base, now
from records.database.engine import clock
from records.database.types import Json, Text

_OfCourse = Literal["create course", "change course", "join", "change code", "close joining"]
_OfPeople = Literal["import roster", "change role", "withdraw", "reinstate"]
_OfAccount = Literal["invite", "choose password", "change password", "create token", "revoke token"]
_OfVersion = Literal["create assignment", "delete assignment", "upload version", "publish version", "override gate"]
_OfAssignment = Literal["change policy", "extend", "withdraw extension", "search similarity"]
_OfRubric = Literal["add rubric item", "change rubric item"]
_OfMarking = Literal["mark", "override", "remove override", "withhold", "release"]
_OfComment = Literal["comment", "change comment", "remove comment"]
_OfGrade = Literal["grade again", "regrade", "restore"]
_OfRerun = Literal["begin rerun", "pause rerun", "resume rerun", "cancel rerun"]
_OfDecision = Literal["discard rerun", "apply rerun", "undo rerun"]
_OfGrading = Literal[_OfRubric, _OfMarking, _OfComment, _OfGrade, _OfRerun, _OfDecision]
Action = Literal[_OfCourse, _OfPeople, _OfAccount, _OfVersion, _OfAssignment, _OfGrading]


class AuditEntry(Base):
    """Who changed what, and why; triggers refuse to change or remove an entry.

    Attributes:
        actor: a person's id, or the name of the part of the service that acted.
        action: what was done.
        course_id: the course that it belongs to; None for none.
        assignment_id, submission_id, rerun_id: what was changed; a submission or rerun implies its assignment.
        person_id: the person concerned, unless `submission_id` implies it.
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


class Audited(TypedDict, total=False):
    """What an entry says beside who did what; see the attributes of `AuditEntry`."""

    course_id: str | None
    assignment_id: str
    submission_id: str
    rerun_id: str
    person_id: str
    reason: str
    before: Any
    after: Any


def audit(session: Session, actor: str, action: Action, **entry: Unpack[Audited]) -> None:
    """Log an act in the transaction that does it."""
    audit_all(session, actor, action, [entry])


def audit_all(session: Session, actor: str, action: Action, entries: Iterable[Audited]) -> None:
    """Log an act on each of many things, in the transaction that does it; all entries name the same columns."""
    session.flush()
    at = clock(session)
    rows = [{"at": at, "actor": actor, "action": action, **entry} for entry in entries]
    if rows:
        session.execute(insert(AuditEntry), rows)
