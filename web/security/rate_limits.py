"""How often somebody may try: counted in the broker, or in this process while that is away."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# A broker that goes between a look at the count and the active breaks nothing: the next look counts in this process.
limiter = Limiter(
    get_remote_address, default_limits=[], in_memory_fallback_enabled=True, swallow_errors=True, strategy="fixed-window"
)


def install(app: Flask) -> None:
    """Count in the broker of the settings."""
    url = app.extensions["gradeloop"].settings.broker_url
    app.config["RATELIMIT_STORAGE_URI"] = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix:") else url
    app.config["RATELIMIT_KEY_PREFIX"] = "gradeloop"
    limiter.init_app(app)


def guesses(view: Callable[..., Any]) -> Callable[..., Any]:
    """Bound the wrong guesses from one address: a whole lecture hall may share it."""
    return limiter.limit("60/minute;600/hour", methods=["POST"], deduct_when=_was_refused)(view)


def guesses_at_email(view: Callable[..., Any]) -> Callable[..., Any]:
    """Bound the wrong guesses at one person's password."""
    return limiter.limit("10/minute;50/hour", methods=["POST"], key_func=_email, deduct_when=_was_refused)(view)


def _email() -> str:
    return "email " + request.form.get("email", "").strip().casefold()[:200]


def _was_refused(response: Response) -> bool:
    return response.status_code != 303
