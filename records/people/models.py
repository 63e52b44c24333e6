"""People, and the secrets that tell who somebody is; of a secret only a hash is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.database.base import Base, new_id, now


class Person(Base):
    """Somebody who submits, grades or teaches.

    Attributes:
        email: in small letters.
        password_hash: None for somebody who has not chosen a password yet.
        session_key: a browser is logged in with it; a new one logs out all browsers.
    """

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    session_key: Mapped[str] = mapped_column(default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)


class PersonalToken(Base):
    """What a program shows to act for a person.

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
    """A link with which somebody chooses a password, once.

    Attributes:
        secret_hash: SHA-256 of the link's secret, in hex.
    """

    __tablename__ = "invitations"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
