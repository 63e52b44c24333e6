"""Creating a course, which only the operator of the service does."""

import re
from typing import Final

from sqlalchemy.orm import Session

from records.courses.lookup import find_course
from records.courses.models import Course, Membership
from records.database.audit import audit
from records.people.accounts import EMAIL, OPERATOR, invite, person_with_email
from records.people.models import Person

_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def create_course(session: Session, slug: str, title: str, email: str, name: str) -> str:
    """Create a course with an admin; return the secret of a link to choose a password, "" if they have one.

    Raises:
        ValueError: the course cannot be created; the text says why.
    """
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot stand in addresses; take small letters, digits and hyphens, a letter first.")
    if find_course(session, slug) is not None:
        raise ValueError(f"There is a course {slug} already.")
    person = person_with_email(session, email)
    if person is None:
        if not EMAIL.fullmatch(email) or not name.strip():
            raise ValueError(f"Nobody here has the address {email}; give a good address and --name to make an account.")
        person = Person(email=email.casefold(), name=name.strip())
        session.add(person)
    course = Course(slug=slug, title=title)
    session.add(course)
    session.flush()
    session.add(Membership(course_id=course.id, person_id=person.id, role="admin"))
    audit(session, OPERATOR, "create course", course_id=course.id, after={"admin": person.id})
    return "" if person.password_hash else invite(session, person)
