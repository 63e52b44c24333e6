"""People, and the secrets that identify them; only hashes of secrets are stored."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.database.base import Base, new_id, now


class Person(Base):
    """Somebody who submits, grades or teaches.

    Attributes:
        email: in lower case.
        password_hash: None before a password is chosen.
        session_key: part of each login session; changing it logs out all browsers.
    """

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    session_key: Mapped[str] = mapped_column(default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)


class PersonalToken(Base):
    """A token with which a program acts for a person.

    Attributes:
        secret_hash: SHA-256 of the token, in hex.
    """

    __tablename__ = "personal_tokens"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link to choose a password, once.

    Attributes:
        secret_hash: SHA-256 of the link's secret, in hex.
    """

    __tablename__ = "invitations"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


def new_secret() -> str:
    """Return a random secret of 256 bits, as text."""
    return secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex; no slow hash is needed for what cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
