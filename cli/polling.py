"""Asking a portal again and again how far something is, over connections that may break."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cli.problems import OurFault

if TYPE_CHECKING:
    from cli.portal import Portal


_PAUSE_SECONDS: Final = 0.7
_PATIENCE_SECONDS: Final = 60.0


def polled(portal: "Portal", path: str) -> Iterator[dict[str, Any]]:
    """Yield what is at a path of the API, time and again, for as long as somebody wants to know.

    Raises:
        cli.portal.Refused: the text is the portal's own sentence.
        OurFault: the portal was away for too long; for a while it may be, as it may be restarted just now.
    """
    away_since: float | None = None
    while True:
        try:
            now = portal.ask("GET", path)
        except OurFault:
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > _PATIENCE_SECONDS:
                raise
        else:
            away_since = None
            yield now
        time.sleep(_PAUSE_SECONDS)
