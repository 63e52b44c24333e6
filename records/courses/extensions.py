"""Extensions: another due date or more attempts for one student."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, contains_eager, joinedload, mapped_column, relationship

from records.courses.members import students_in
from records.courses.models import Assignment, audit_assignment
from records.database.audit import Audited
from records.database.base import Base, now
from records.database.engine import clock
from records.people.models import Person


class Extension(Base):
    """More time or more attempts for one student at one assignment.

    Attributes:
        due_at: in place of the assignment's; None to keep that.
        attempts: in place of the assignment's, 0 for no limit; None to keep that.
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

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    granter: Mapped[Person] = relationship(foreign_keys=granted_by)


def granted_extensions(session: Session, assignment: Assignment) -> Sequence[Extension]:
    """Return the extensions at an assignment with their people, by the students' names."""
    query = _extensions(assignment).join(Extension.person).options(contains_eager(Extension.person))
    return session.scalars(query.options(joinedload(Extension.granter)).order_by(Person.name)).all()


def lock_policy(session: Session, assignment: Assignment) -> None:
    """Lock an assignment's policy and extensions until commit, and read them afresh."""
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
    """Grant students an extension, in place of any that they have; return to how many it was granted.

    Who is no student of the course is ignored; at least one of `due_at` and `attempts` is given.
    """
    lock_policy(session, assignment)  # a new extension has no row yet that two could lock
    students = {student.id for student in students_in(session, assignment.course_id)}
    granted = {one.person_id: one for one in session.scalars(_extensions(assignment))}
    at = clock(session)
    ids = sorted(students.intersection(person_ids))
    for person_id in ids:
        extension = granted.get(person_id)
        before = _as_data(assignment, extension)
        if extension is None:
            extension = Extension(assignment_id=assignment.id, person_id=person_id)
            session.add(extension)
        extension.due_at, extension.attempts, extension.reason = due_at, attempts, reason
        extension.granted_by, extension.granted_at = granted_by, at
        after = _as_data(assignment, extension)
        of: Audited = {"person_id": person_id, "reason": reason, "before": before, "after": after}
        audit_assignment(session, assignment, granted_by, "extend", **of)
    return len(ids)


def withdraw_extension(session: Session, assignment: Assignment, person_id: str, by: str, reason: str = "") -> bool:
    """Withdraw a student's extension; return whether there was one."""
    lock_policy(session, assignment)
    extension = session.scalar(_extensions(assignment).where(Extension.person_id == person_id))
    if extension is None:
        return False
    before = _as_data(assignment, extension)
    session.delete(extension)
    of: Audited = {"person_id": person_id, "reason": reason, "before": before}
    audit_assignment(session, assignment, by, "withdraw extension", **of)
    return True


def _extensions(assignment: Assignment) -> Select[Extension]:
    return select(Extension).where(Extension.assignment_id == assignment.id)


def _as_data(assignment: Assignment, extension: Extension | None) -> dict[str, Any] | None:
    if extension is None:
        return None
    due_at = extension.due_at.isoformat() if extension.due_at else None
    return {"assignment": assignment.slug, "due_at": due_at, "attempts": extension.attempts, "reason": extension.reason}
