"""Memberships: who is in a course, joining by a code, and roles."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.members import ENROLLED, Member, is_found
from records.courses.models import Course, Membership, Role
from records.database.audit import audit
from records.database.engine import clock, insert
from records.errors import NotAllowed
from records.people.models import Person

ROLES: Final[tuple[Role, ...]] = get_args(Role)
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no two look alike
_CODE_LENGTH: Final = 10


@dataclass(frozen=True)
class FoundPeople:
    """A page of the people found in a course.

    Attributes:
        count: of all who were found.
        number, last: of this page and of the last one, from 1.
    """

    memberships: Sequence[Membership]
    count: int
    number: int
    last: int


def memberships_of(session: Session, person_id: str) -> Sequence[Membership]:
    """Return somebody's memberships with their courses, by title."""
    mine = select(Membership).join(Course).where(Membership.person_id == person_id)
    return session.scalars(mine.options(joinedload(Membership.course)).order_by(Course.title)).all()


def find_people(
    session: Session, course_id: str, search: str, page: int, per_page: int, *, withdrawn: bool = False
) -> FoundPeople:
    """Return a page of a course's people whose name or e-mail address has every word of `search`.

    With `withdrawn`, of those who have withdrawn too.
    """
    query = select(Membership).join(Person).where(Membership.course_id == course_id, is_found(search))
    if not withdrawn:
        query = query.where(ENROLLED)
    count = session.scalars(select(func.count()).select_from(query.subquery())).one()
    last = max(1, -(-count // per_page))
    number = min(page, last)
    ordered = query.order_by(Membership.section, Person.name, Person.id).options(joinedload(Membership.person))
    memberships = session.scalars(ordered.limit(per_page).offset((number - 1) * per_page)).all()
    return FoundPeople(memberships, count, number, last)


def course_by_code(session: Session, code: str) -> Course | None:
    """Return the course that a code opens, or None."""
    return session.scalar(select(Course).where(Course.join_code == code.strip().upper()))


def enroll(session: Session, course: Course, person_id: str) -> None:
    """Make somebody a student who has no role in the course yet; another tab may do so at once."""
    values = {"course_id": course.id, "person_id": person_id, "role": "student"}
    new = insert(session, Membership).values(values).on_conflict_do_nothing()
    if session.scalar(new.returning(Membership.person_id)) is not None:
        audit(session, person_id, "join", course_id=course.id, after={"role": "student"})


def change_join_code(session: Session, by: Member) -> None:
    """Replace the code for joining a course."""
    course = session.get_one(Course, by.course.id)
    course.join_code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    audit(session, by.person_id, "change code", course_id=course.id)


def close_joining(session: Session, by: Member) -> None:
    """Let nobody join a course by a code."""
    course = session.get_one(Course, by.course.id)
    course.join_code = None
    audit(session, by.person_id, "close joining", course_id=course.id)


def may_assign(by: Member, role: Role) -> bool:
    """Return whether somebody may give or take away a role: an admin any, others those below instructor."""
    return by.role == "admin" or role in ("student", "grader")


def change_role(session: Session, by: Member, membership: Membership, role: Role) -> None:
    """Give somebody another role.

    Raises:
        PermissionError: one of the two roles is not for this person to give or take away.
        NotAllowed: it is this person's own membership.
    """
    _check_change(by, membership)
    if not may_assign(by, role):
        raise PermissionError(role)
    before, membership.role = membership.role, role
    audit(
        session,
        by.person_id,
        "change role",
        course_id=membership.course_id,
        person_id=membership.person_id,
        before={"role": before},
        after={"role": role},
    )


def set_withdrawn(session: Session, by: Member, membership: Membership, *, withdrawn: bool, reason: str = "") -> bool:
    """Withdraw somebody from the course, which keeps their work, or enrol them again; return whether that changed it.

    Raises:
        PermissionError: their role is not for this person to take away.
        NotAllowed: it is this person's own membership.
    """
    _check_change(by, membership)
    if (membership.withdrawn_at is not None) == withdrawn:
        return False
    membership.withdrawn_at = clock(session) if withdrawn else None
    audit(
        session,
        by.person_id,
        "withdraw" if withdrawn else "reinstate",
        course_id=membership.course_id,
        person_id=membership.person_id,
        reason=reason,
    )
    return True


def _check_change(by: Member, membership: Membership) -> None:
    if membership.person_id == by.person_id:
        raise NotAllowed("Your own membership is for somebody else to change.")
    if not may_assign(by, membership.role):
        raise PermissionError(membership.role)
