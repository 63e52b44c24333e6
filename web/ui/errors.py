"""Error responses: a sentence, on a page or as JSON, without internal details."""

from typing import Any, Final

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge, TooManyRequests

from grader.bundle.submission import SubmissionRefused
from records.database.engine import DatabaseGone
from records.errors import NotAllowed
from web.extensions import MAX_REQUEST_BYTES

_LOG: Final = structlog.get_logger("gradeloop.web")
_SENTENCES: Final = {
    400: ("That did not work", "The request was not understood."),
    403: ("Not allowed", "You may not do this here."),
    404: ("Not found", "There is no such page, or it is not yours to see."),
    405: ("That did not work", "This address does not take that kind of request."),
    415: ("That did not work", "This address takes another kind of data."),
}

_NOT_RETURNED: Final = ("csrf_token", "key", "revision", "confirmed", "kind", "password", "old")


def install(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DatabaseGone, _on_gone)
    app.register_error_handler(NotAllowed, lambda error: _answer(409, "Not taken", str(error)))
    app.register_error_handler(SubmissionRefused, lambda error: _answer(422, "Not taken", str(error)))
    app.register_error_handler(Exception, _on_fault)


def wants_json() -> bool:
    """Return whether a program makes this request, not a person."""
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return request.path.startswith("/api/") or accepted == "application/json"


def _answer(status: int, title: str, text: str) -> tuple[str | dict[str, Any], int]:
    if wants_json():
        return {"error": text}, status
    page = render_template(
        "ui/error.html", title=title, text=text, code=status, submitted=_submitted_texts(), breadcrumbs=None
    )
    return page, status


def _submitted_texts() -> list[str]:
    """Return what somebody wrote into the refused form, to copy: nothing secret, nothing that the page filled in."""
    if request.method != "POST" or not request.mimetype.endswith(("form-urlencoded", "form-data")):
        return []
    try:
        fields = [(name, text.strip()) for name, text in request.form.items(multi=True)]
    except HTTPException:  # the form is too large
        return []
    return [text for name, text in fields if text and name not in _NOT_RETURNED]


def _on_csrf(error: CSRFError) -> ResponseReturnValue:
    body, status = _answer(400, "This page is too old", "Your browser's session has changed since. Reload the page.")
    if isinstance(body, dict):
        body["stale"] = True  # the page's script asks for a new token then
    return body, status


def _on_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    title, text = _SENTENCES.get(status, ("That did not work", "The request was refused."))
    # A program asked by name; to people every page that is not theirs looks alike.
    if wants_json() and isinstance(error, NotFound) and error.description and error.description != NotFound.description:
        text = error.description
    if isinstance(error, RequestEntityTooLarge):
        title, text = "Too large", f"More than {MAX_REQUEST_BYTES // 2**20} MiB cannot be taken."
    if isinstance(error, TooManyRequests):
        title, text = "Too often", "That was tried too often. Wait a minute, then try again."
    if status >= 500:
        title, text = "Something went wrong", "It is our fault, and it has been logged. Please try again."
    body, _ = _answer(status, title, text)
    allowed = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {}
    return body, status, allowed


def _on_gone(error: DatabaseGone) -> ResponseReturnValue:
    _LOG.error("the database cannot be reached", error=str(error))
    return _answer(503, "Out for a moment", "The service cannot reach its records. Nothing is lost: try again soon.")


def _on_fault(error: Exception) -> ResponseReturnValue:
    _LOG.exception("a page broke", error=type(error).__name__, path=request.path)
    return _answer(500, "Something went wrong", "It is our fault, and it has been logged. Please try again.")
