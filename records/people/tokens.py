"""Personal tokens: created, listed, revoked, and looked up by their secret."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database.audit import audit
from records.database.engine import Database, clock
from records.errors import NotAllowed
from records.people.models import PersonalToken, hash_of_secret, new_secret

MAX_TOKENS: Final = 20  # of one person
_USE_STORED_EVERY: Final = timedelta(minutes=1)


def tokens_of(session: Session, person_id: str) -> Sequence[PersonalToken]:
    """Return a person's tokens, the oldest first."""
    mine = select(PersonalToken).where(PersonalToken.person_id == person_id)
    return session.scalars(mine.order_by(PersonalToken.created_at)).all()


def create_token(session: Session, person_id: str, name: str) -> str:
    """Create a personal token and return it; only its hash is kept.

    Raises:
        NotAllowed: the person has as many as they may have.
    """
    if len(tokens_of(session, person_id)) >= MAX_TOKENS:
        raise NotAllowed(f"You have {MAX_TOKENS} tokens. Revoke one first.")
    secret = f"gl_{new_secret()}"
    session.add(PersonalToken(person_id=person_id, name=name, secret_hash=hash_of_secret(secret)))
    audit(session, person_id, "create token", person_id=person_id)
    return secret


def revoke_token(session: Session, person_id: str, token_id: str) -> bool:
    """Delete one of a person's tokens; return whether they had it."""
    token = session.get(PersonalToken, token_id)
    if token is None or token.person_id != person_id:
        return False
    session.delete(token)
    audit(session, person_id, "revoke token", person_id=person_id)
    return True


def use_token(database: Database, secret: str) -> str | None:
    """Return the id of the person whose token this is, or None; the time of use is stored at most once a minute."""
    with database.read() as session:
        token = session.scalar(select(PersonalToken).where(PersonalToken.secret_hash == hash_of_secret(secret)))
        if token is None:
            return None
        now = clock(session)
        is_stored = token.used_at is not None and now - token.used_at < _USE_STORED_EVERY
    if not is_stored:
        with database.write() as session:
            if (used := session.get(PersonalToken, token.id)) is not None:  # else just revoked
                used.used_at = clock(session)
    return token.person_id
