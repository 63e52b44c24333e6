"""Accounts: found by e-mail address, created, invited, and given passwords."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from records.database.audit import Action, audit
from records.database.base import new_id
from records.database.engine import clock
from records.database.engine import insert as insertion
from records.people.models import Invitation, Person, hash_of_secret, new_secret

EMAIL: Final = re.compile(r"[^@\s<>\"',;]{1,100}@[^@\s<>\"',;]{1,100}")
INVITATION_DAYS: Final = 30
OPERATOR: Final = "operator"  # whoever runs the service acts under this name in the audit log


def person_with_email(session: Session, email: str) -> Person | None:
    """Return the person with an e-mail address; case and surrounding spaces do not matter."""
    return session.scalar(select(Person).where(Person.email == email.strip().casefold()))


def find_or_add_person(session: Session, email: str, name: str, password_hash: str | None = None) -> Person:
    """Return the person with an e-mail address, added with this name and password where there is none."""
    person = person_with_email(session, email)
    if person is None:
        person = Person(email=email.strip().casefold(), name=name, password_hash=password_hash)
        session.add(person)
        session.flush()
    return person


def create_account(session: Session, email: str, name: str, password_hash: str) -> str | None:
    """Create an account and return its id, or None if the address has one, perhaps created at the same moment."""
    values = {"id": new_id(), "email": email.casefold(), "name": name, "password_hash": password_hash}
    new = insertion(session, Person).values(values)
    return session.scalar(new.on_conflict_do_nothing(index_elements=["email"]).returning(Person.id))


def set_password(session: Session, person: Person, password_hash: str, action: Action) -> None:
    """Store a new password, which logs out all browsers.

    It is hashed beforehand, since that takes long and a writing session blocks others.
    """
    person.password_hash = password_hash
    person.session_key = new_id()
    audit(session, person.id, action, person_id=person.id)


def invite(session: Session, person: Person) -> str:
    """Return the secret of a link with which somebody chooses a password, once."""
    return invite_all(session, [person.id])[0]


def invite_all(session: Session, person_ids: Sequence[str]) -> list[str]:
    """Return the secret of a link for each person, as of `invite`; a whole lecture at once."""
    created = [new_secret() for _ in person_ids]
    expires_at = clock(session) + timedelta(days=INVITATION_DAYS)
    rows = [
        {"secret_hash": hash_of_secret(secret), "person_id": person_id, "expires_at": expires_at}
        for secret, person_id in zip(created, person_ids, strict=True)
    ]
    if rows:
        session.execute(insert(Invitation), rows)
    return created


def invite_again(session: Session, email: str) -> str:
    """Return the secret of a link with which somebody who has an account chooses a new password, once.

    Raises:
        ValueError: nobody has this address.
    """
    person = person_with_email(session, email)
    if person is None:
        raise ValueError(f"Nobody here has the address {email}.")
    audit(session, OPERATOR, "invite", person_id=person.id)
    return invite(session, person)


def valid_invitation(session: Session, secret: str, *, for_update: bool = False) -> Invitation | None:
    """Return the invitation of a secret, or None if there is none or it has expired."""
    invitation = session.get(Invitation, hash_of_secret(secret), with_for_update=for_update)
    return None if invitation is None or invitation.expires_at < clock(session) else invitation
