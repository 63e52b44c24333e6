"""Memberships: who is in a course, joining by a code, and roles."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Course, Membership, Role
from records.database.audit import audit
from records.database.engine import insert
from records.errors import NotAllowed
from records.people.models import Person

ROLES: Final[tuple[Role, ...]] = get_args(Role)
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no two look alike
_CODE_LENGTH: Final = 10


@dataclass(frozen=True)
class Manager:
    """Somebody who changes the people of a course, and their role there."""

    course_id: str
    person_id: str
    role: Role

    def may_assign(self, role: Role) -> bool:
        """Return whether they may give or take away a role: an admin any, others those below instructor."""
        return self.role == "admin" or role in ("student", "grader")


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


class Student(NamedTuple):
    """A student of a course; `section` is "" for none."""

    id: str
    name: str
    email: str
    section: str


def memberships_of(session: Session, person_id: str) -> Sequence[Membership]:
    """Return somebody's memberships with their courses, by title."""
    mine = select(Membership).join(Course).where(Membership.person_id == person_id)
    return session.scalars(mine.options(joinedload(Membership.course)).order_by(Course.title)).all()


def find_people(session: Session, course_id: str, search: str, page: int, per_page: int) -> FoundPeople:
    """Return a page of a course's people whose name or e-mail address has every word of `search`."""
    query = select(Membership).join(Person).where(Membership.course_id == course_id)
    for word in search.split():
        named = Person.name.icontains(word, autoescape=True)
        query = query.where(or_(named, Person.email.icontains(word, autoescape=True)))
    count = session.scalars(select(func.count()).select_from(query.subquery())).one()
    last = max(1, -(-count // per_page))
    number = min(page, last)
    ordered = query.order_by(Membership.section, Person.name, Person.id).options(joinedload(Membership.person))
    memberships = session.scalars(ordered.limit(per_page).offset((number - 1) * per_page)).all()
    return FoundPeople(memberships, count, number, last)


def students_in(session: Session, course_id: str, where: ColumnElement[bool] | None = None) -> list[Student]:
    """Return a course's students by name; `where` restricts the people and memberships."""
    query = (
        select(Person.id, Person.name, Person.email, Membership.section)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == course_id, Membership.role == "student")
        .order_by(Person.name, Person.email)
    )
    return [Student(*row) for row in session.execute(query if where is None else query.where(where))]


def course_by_code(session: Session, code: str) -> Course | None:
    """Return the course that a code opens, or None."""
    return session.scalar(select(Course).where(Course.join_code == code.strip().upper()))


def enroll(session: Session, course: Course, person_id: str) -> None:
    """Make somebody a student who has no role in the course yet; another tab may do so at once."""
    values = {"course_id": course.id, "person_id": person_id, "role": "student"}
    new = insert(session, Membership).values(values).on_conflict_do_nothing()
    if session.scalar(new.returning(Membership.person_id)) is not None:
        audit(session, actor=person_id, action="join", course_id=course.id, after={"role": "student"})


def change_join_code(session: Session, course: Course, by: str) -> None:
    """Replace the code for joining a course."""
    course.join_code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    audit(session, actor=by, action="change code", course_id=course.id)


def close_joining(session: Session, course: Course, by: str) -> None:
    """Let nobody join a course by a code."""
    course.join_code = None
    audit(session, actor=by, action="close joining", course_id=course.id)


def change_role(session: Session, manager: Manager, membership: Membership, role: Role) -> None:
    """Give somebody another role.

    Raises:
        PermissionError: one of the two roles is not for this manager to give or take away.
        NotAllowed: it is their own.
    """
    if not manager.may_assign(membership.role) or not manager.may_assign(role):
        raise PermissionError(role)
    if membership.person_id == manager.person_id:
        raise NotAllowed("Your own role is for somebody else to change.")
    before, membership.role = membership.role, role
    audit(
        session,
        actor=manager.person_id,
        action="change role",
        course_id=membership.course_id,
        person_id=membership.person_id,
        before={"role": before},
        after={"role": role},
    )
