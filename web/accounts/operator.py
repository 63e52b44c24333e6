"""What the portal itself offers nobody: founding a course, and a way back in for who forgot their password."""

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.models import Course, Membership
from records.database.audit import audit
from records.people.models import Person
from web.accounts.views import invite, person_with
from web.courses.roster import EMAIL

_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_OPERATOR: Final = "operator"


def create_course(session: Session, slug: str, title: str, email: str, name: str) -> str:
    """Make a course with an admin; return the secret of a link for them to choose a password, "" where they have one.

    Raises:
        ValueError: it cannot be made; the text says why.
    """
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot stand in addresses; take small letters, digits and hyphens, a letter first.")
    if session.scalar(select(Course).where(Course.slug == slug)) is not None:
        raise ValueError(f"There is a course {slug} already.")
    person = person_with(session, email)
    if person is None:
        if not EMAIL.fullmatch(email) or not name.strip():
            raise ValueError(f"Nobody here has the address {email}; give a good address and --name to make an account.")
        person = Person(email=email.casefold(), name=name.strip())
        session.add(person)
    course = Course(slug=slug, title=title)
    session.add(course)
    session.flush()
    session.add(Membership(course_id=course.id, person_id=person.id, role="admin"))
    audit(
        session,
        actor=_OPERATOR,
        action="create course",
        course_id=course.id,
        after={"admin": person.id},
    )
    return "" if person.password_hash else invite(session, person)


def invite_again(session: Session, email: str) -> str:
    """Return the secret of a link with which somebody chooses a new password, once.

    Raises:
        ValueError: nobody has this address.
    """
    person = person_with(session, email)
    if person is None:
        raise ValueError(f"Nobody here has the address {email}.")
    audit(session, actor=_OPERATOR, action="invite", person_id=person.id)
    return invite(session, person)
