"""The blueprint of the API: who may come in, how often, and what all views tell of their errors."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from apiflask import APIBlueprint
from flask import Response, abort, current_app, request
from flask_limiter.util import get_remote_address

from records.people.models import hash_of_secret
from web.api.tokens import auth, holder
from web.extensions import MAX_REQUEST_BYTES
from web.security.permissions import check
from web.security.rate_limits import limiter

RATE: Final = "600/minute"
_WINDOW_SECONDS: Final = 60
_TOKEN: Final = re.compile(r"Bearer (gl_[\w-]{43})", re.ASCII | re.IGNORECASE)
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])

_ERRORS: Final = {
    400: "The body is no JSON.",
    401: "There is no token, or it is not valid.",
    403: "That is not for the owner of this token to change.",
    404: "There is no such thing, or it is not yours to see.",
    409: "The rules of the assignment do not allow it now; the sentence says which.",
    413: f"The body is larger than {MAX_REQUEST_BYTES // 2**20} MiB.",
    415: "The body is not sent as application/json.",
    422: "What was sent cannot be taken; the sentence says why.",
    429: f"More than {RATE.replace('/', ' requests in a ')} with this token.",
    500: "A fault of the service; it has been logged.",
    503: "The service cannot reach its records.",
}
_HEADERS: Final = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}},
}
_ALWAYS: Final = (401, 429, 500, 503)

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="API")


def fails(
    *statuses: int, answers: Mapping[int, dict[str, Any]] = MappingProxyType({})
) -> Callable[[_Decorated], _Decorated]:
    """Describe with which statuses a view may fail, besides those of all views, and answers that are no model."""
    schema = {"$ref": "#/components/schemas/Error"}
    responses: dict[Any, Any] = dict(answers)
    for status in sorted({*statuses, *_ALWAYS}):
        responses[status] = {"description": _ERRORS[status], "content": {"application/json": {"schema": schema}}}
        if status in _HEADERS:
            responses[status]["headers"] = _HEADERS[status]
    decorate: Callable[[_Decorated], _Decorated] = bp.doc(responses=responses)
    return decorate


@bp.before_request
@bp.auth_required(auth)
def _expect_token() -> None:
    """Let nobody in without a token: this stands before every view of the API."""


@bp.before_request
def _check_permission() -> None:
    check(holder())


@bp.before_request
def _expect_json() -> None:
    if request.method == "POST":
        try:
            request.get_json()
        except RecursionError:  # brackets within brackets
            abort(400)


@bp.after_request
def _say_when(response: Response) -> Response:
    if response.status_code == 429:
        response.headers["Retry-After"] = str(_WINDOW_SECONDS)
    return response


def _by_token() -> str:
    """Return who is counted; a token that is none is counted too, and asked about in the records afterwards."""
    shown = _TOKEN.fullmatch(request.headers.get("Authorization", ""))
    return f"token {hash_of_secret(shown[1])}" if shown else get_remote_address()


def _by_address() -> str:
    return f"tokens of {get_remote_address()}"


def _rate() -> str:
    return str(current_app.config["API_RATE"])


limiter.limit(_rate, key_func=_by_token)(bp)
limiter.limit(_rate, key_func=_by_address, deduct_when=lambda response: response.status_code == 401)(bp)
