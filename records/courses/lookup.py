"""Courses and assignments by their names in addresses."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment, Course


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
