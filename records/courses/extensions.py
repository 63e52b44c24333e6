"""Extensions: what holds for one student in place of an assignment's own policy."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from records.courses.models import Assignment, Membership
from records.database.audit import Action, audit
from records.database.base import Base, now
from records.database.engine import clock
from records.people.models import Person


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


class GrantedExtension(NamedTuple):
    """An extension with the names of whose it is and of who granted it."""

    extension: Extension
    name: str
    granter: str


def granted_extensions(session: Session, assignment: Assignment) -> list[GrantedExtension]:
    """Return the extensions at an assignment, by the students' names."""
    granter = aliased(Person)
    query = (
        select(Extension, Person.name, granter.name)
        .join(Person, Person.id == Extension.person_id)
        .join(granter, granter.id == Extension.granted_by)
        .where(Extension.assignment_id == assignment.id)
        .order_by(Person.name)
    )
    return [GrantedExtension(*row) for row in session.execute(query)]


def lock_policy(session: Session, assignment: Assignment) -> None:
    """Let nobody else set an assignment's policy or extensions until the transaction ends, and read it anew."""
    query = select(Assignment).where(Assignment.id == assignment.id).with_for_update(key_share=True)
    session.execute(query.execution_options(populate_existing=True))


def grant_extension(
    session: Session,
    assignment: Assignment,
    person_ids: Collection[str],
    *,
    due_at: datetime | None,
    attempts: int | None,
    reason: str,
    granted_by: str,
) -> int:
    """Let some students have other policy at an assignment, in place of what they had; return how many they are.

    Args:
        session: one that writes.
        assignment: at which.
        person_ids: students of the course; whoever is none is passed over.
        due_at, attempts: as of an extension; not both are None.
        reason: why, which is logged.
        granted_by: who grants it.
    """
    lock_policy(session, assignment)  # there is no row yet to lock of an extension that two grant at once
    students = select(Membership.person_id).where(
        Membership.course_id == assignment.course_id, Membership.role == "student", Membership.person_id.in_(person_ids)
    )
    granted = {one.person_id: one for one in session.scalars(_extensions(assignment))}
    at = clock(session)
    ids = sorted(session.scalars(students))
    for person_id in ids:
        extension = granted.get(person_id)
        before = _as_data(assignment, extension)
        if extension is None:
            extension = Extension(assignment_id=assignment.id, person_id=person_id)
            session.add(extension)
        extension.due_at, extension.attempts, extension.reason = due_at, attempts, reason
        extension.granted_by, extension.granted_at = granted_by, at
        _note(session, assignment, person_id, granted_by, "extend", reason, before, _as_data(assignment, extension))
    return len(ids)


def withdraw_extension(session: Session, assignment: Assignment, person_id: str, by: str, reason: str = "") -> bool:
    """Let the assignment's own policy hold for a student again; return whether others did."""
    lock_policy(session, assignment)
    extension = session.scalar(_extensions(assignment).where(Extension.person_id == person_id))
    if extension is None:
        return False
    before = _as_data(assignment, extension)
    session.delete(extension)
    _note(session, assignment, person_id, by, "withdraw extension", reason, before, None)
    return True


def _extensions(assignment: Assignment) -> Any:
    return select(Extension).where(Extension.assignment_id == assignment.id)


def _as_data(assignment: Assignment, extension: Extension | None) -> dict[str, Any] | None:
    if extension is None:
        return None
    due_at = extension.due_at.isoformat() if extension.due_at else None
    return {"assignment": assignment.slug, "due_at": due_at, "attempts": extension.attempts, "reason": extension.reason}


def _note(
    session: Session,
    assignment: Assignment,
    person_id: str,
    actor: str,
    action: Action,
    reason: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        person_id=person_id,
        assignment_id=assignment.id,
        course_id=assignment.course_id,
        reason=reason,
        before=before,
        after=after,
    )
