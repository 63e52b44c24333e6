"""Authentication of the API by personal tokens."""

from dataclasses import dataclass
from typing import cast

from apiflask import HTTPTokenAuth
from flask import request

from records.people.tokens import use_token
from web.extensions import services

auth = HTTPTokenAuth(
    name="PersonalToken",
    realm="Gradeloop",
    description='A personal token, `gl_…`, made on the page "Your account" and shown there once.',
)


@dataclass(frozen=True)
class Holder:
    """The person whose token came with the request."""

    person_id: str


def holder() -> str:
    """Return the id of the person whose token came with the request."""
    return cast(Holder, auth.current_user).person_id


@auth.verify_token  # type: ignore[untyped-decorator]
def _verify(secret: str) -> Holder | None:
    person_id = use_token(services().database, secret)
    return None if person_id is None else Holder(person_id)


@auth.error_handler  # type: ignore[untyped-decorator]
def _refused(status: int) -> tuple[dict[str, str], int]:
    if "Authorization" not in request.headers:
        return {"error": "This needs a personal token, and none was sent."}, status
    return {"error": 'This token is not valid, or no longer. Make another on the page "Your account".'}, status
