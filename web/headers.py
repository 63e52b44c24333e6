"""Headers that every answer carries: nothing is loaded from elsewhere, framed, guessed at or kept."""

from typing import Final

from flask import Response

__all__ = ["add_headers"]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def add_headers(response: Response) -> Response:
    """Add them to an answer, but for those that it has set itself."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
