"""People by their address."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.people.models import Person


def find_person(session: Session, email: str) -> Person | None:
    """Return the person with an email address; None where there is none."""
    return session.scalar(select(Person).where(Person.email == email.strip().casefold()))


def find_or_add_person(session: Session, email: str, name: str, password_hash: str | None = None) -> Person:
    """Return the person with an email address, added with this name and password where there is none."""
    person = find_person(session, email)
    if person is None:
        person = Person(email=email.strip().casefold(), name=name, password_hash=password_hash)
        session.add(person)
        session.flush()
    return person
