"""Courses and assignments by their names in addresses: found, and created by the operator of the service."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment, Course, Membership
from records.courses.time_zones import DEFAULT_TIME_ZONE, check_time_zone
from records.database.audit import audit
from records.people.accounts import EMAIL, OPERATOR, find_or_add_person, invite, person_with_email

_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def find_course(session: Session, slug: str) -> Course | None:
    """Return the course of this name; None where there is none."""
    return session.scalar(select(Course).where(Course.slug == slug))


def find_or_add_course(session: Session, slug: str, title: str) -> Course:
    """Return the course of this name, added with this title where there is none."""
    course = find_course(session, slug)
    if course is None:
        course = Course(slug=slug, title=title)
        session.add(course)
        session.flush()
    return course


def find_assignment(session: Session, course_id: str, slug: str) -> Assignment | None:
    """Return the assignment of this name in a course with its version; None where there is none."""
    named = select(Assignment).where(Assignment.course_id == course_id, Assignment.slug == slug)
    return session.scalar(named.options(joinedload(Assignment.version)))


def find_or_add_assignment(session: Session, course: Course, slug: str) -> Assignment:
    """Return the assignment of this name in a course, added where there is none."""
    assignment = find_assignment(session, course.id, slug)
    if assignment is None:
        assignment = Assignment(course_id=course.id, slug=slug)
        session.add(assignment)
        session.flush()
    return assignment


def assignments_of(session: Session, course_id: str) -> Sequence[Assignment]:
    """Return the assignments of a course in its order, with their versions."""
    query = select(Assignment).where(Assignment.course_id == course_id).options(joinedload(Assignment.version))
    return session.scalars(query.order_by(Assignment.position, Assignment.created_at)).all()


def create_course(
    session: Session, slug: str, title: str, email: str, name: str, time_zone: str = DEFAULT_TIME_ZONE
) -> str:
    """Create a course with an admin; return the secret of a link to choose a password, "" if they have one.

    Raises:
        ValueError: the course cannot be created; the text says why.
    """
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot stand in addresses; take small letters, digits and hyphens, a letter first.")
    if find_course(session, slug) is not None:
        raise ValueError(f"There is a course {slug} already.")
    check_time_zone(time_zone)
    person = person_with_email(session, email)
    if person is None:
        if not EMAIL.fullmatch(email) or not name.strip():
            raise ValueError(f"Nobody here has the address {email}; give a good address and --name to make an account.")
        person = find_or_add_person(session, email, name.strip())
    course = Course(slug=slug, title=title, time_zone=time_zone)
    session.add(course)
    session.flush()
    session.add(Membership(course_id=course.id, person_id=person.id, role="admin"))
    audit(session, OPERATOR, "create course", course_id=course.id, after={"admin": person.id})
    return "" if person.password_hash else invite(session, person)


def change_time_zone(session: Session, course_id: str, time_zone: str, person_id: str) -> bool:
    """Give a course another time zone, which may change days of lateness; return whether it is another one.

    Raises:
        ValueError: there is no such time zone.
    """
    check_time_zone(time_zone)
    course = session.get_one(Course, course_id)
    before = course.time_zone
    if time_zone == before:
        return False
    course.time_zone = time_zone
    after = {"time_zone": time_zone}
    audit(session, person_id, "change course", course_id=course_id, before={"time_zone": before}, after=after)
    return True
