"""Personal tokens: whose one is, and when it was used."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from apiflask import HTTPTokenAuth
from flask import request
from sqlalchemy import select

from records.database.engine import clock
from records.people.models import PersonalToken
from web.extensions import services
from web.security.passwords import hash_of_secret

_NOTED_EVERY: Final = timedelta(minutes=1)

auth = HTTPTokenAuth(
    name="PersonalToken",
    realm="Gradeloop",
    description='A personal token, `gl_…`, made on the page "Your account" and shown there once.',
)


@dataclass(frozen=True)
class Holder:
    """For whom a request is made."""

    person_id: str


def holder() -> str:
    """Return the id of the person for whom this request is made."""
    return cast(Holder, auth.current_user).person_id


@auth.verify_token  # type: ignore[untyped-decorator]
def _holder(secret: str) -> Holder | None:
    with services().database.read() as session:
        token = session.scalar(select(PersonalToken).where(PersonalToken.secret_hash == hash_of_secret(secret)))
        if token is None:
            return None
        now = clock(session)
        is_noted = token.used_at is not None and now - token.used_at < _NOTED_EVERY
    if not is_noted:
        _note_use(token.id)
    return Holder(token.person_id)


def _note_use(token_id: str) -> None:
    with services().database.write() as session:
        if (token := session.get(PersonalToken, token_id)) is not None:  # else just revoked
            token.used_at = clock(session)


@auth.error_handler  # type: ignore[untyped-decorator]
def _refused(status: int) -> tuple[dict[str, str], int]:
    if "Authorization" not in request.headers:
        return {"error": "This takes a personal token, and none was shown."}, status
    return {"error": 'This token is not valid, or no longer. Make another on the page "Your account".'}, status
