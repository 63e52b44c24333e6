"""Answers for when something goes wrong: a sentence, on a page or as JSON, and nothing of what it was inside."""

from typing import Any, Final

import structlog
from flask import Flask, render_template, request
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

_UNTYPED: Final = ("csrf_token", "key", "revision", "confirmed", "kind", "password", "old")


def install(app: Flask) -> None:
    """Answer errors."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DatabaseGone, _on_gone)
    app.register_error_handler(NotAllowed, lambda error: _answer(409, "Not taken", str(error)))
    app.register_error_handler(SubmissionRefused, lambda error: _answer(422, "Not taken", str(error)))
    app.register_error_handler(Exception, _on_fault)


def wants_json() -> bool:
    """Tell whether a program asks, and not a person."""
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return request.path.startswith("/api/") or accepted == "application/json"


def _answer(status: int, title: str, text: str) -> Any:
    if wants_json():
        return {"error": text}, status
    return render_template(
        "ui/error.html", title=title, text=text, code=status, typed=_typed(), breadcrumbs=None
    ), status


def _typed() -> list[str]:
    """Return what was typed into the form that is refused, to be copied: nothing secret, nothing that a page wrote."""
    if request.method != "POST" or not request.mimetype.endswith(("form-urlencoded", "form-data")):
        return []
    try:
        fields = [(name, text.strip()) for name, text in request.form.items(multi=True)]
    except HTTPException:  # it is larger than can be taken
        return []
    return [text for name, text in fields if text and name not in _UNTYPED]


def _on_csrf(error: CSRFError) -> Any:
    answer, status = _answer(400, "This page is too old", "Your browser's session has changed since. Reload the page.")
    return ({**answer, "stale": True} if wants_json() else answer), status  # a script asks for a new token then


def _on_http(error: HTTPException) -> Any:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
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
    answer, _ = _answer(status, title, text)
    return (
        answer,
        status,
        {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {},
    )


def _on_gone(error: DatabaseGone) -> Any:
    _LOG.error("the database cannot be reached", error=str(error))
    return _answer(503, "Out for a moment", "The service cannot reach its records. Nothing is lost: try again soon.")


def _on_fault(error: Exception) -> Any:
    _LOG.exception("a page broke", error=type(error).__name__, path=request.path)
    return _answer(500, "Something went wrong", "It is our fault, and it has been logged. Please try again.")
