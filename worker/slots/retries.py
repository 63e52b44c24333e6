"""Retries: of what needs the database, and of benches that failed."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import stamina
import structlog

from records.database.engine import DatabaseGone

_LOG: Final = structlog.get_logger("gradeloop.retries")
_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 30.0

_T = TypeVar("_T")

stamina.instrumentation.set_on_retry_hooks([])  # one line is logged below, not one for each attempt


def retry_while_away(action: Callable[[], _T], seconds: float) -> _T:
    """Call a function that uses the database, again and again for some seconds while that raises DatabaseGone."""
    attempts = stamina.retry_context(
        on=DatabaseGone,
        attempts=None,
        timeout=seconds,
        wait_initial=_PAUSE_SECONDS,
        wait_max=_PAUSE_SECONDS,
        wait_jitter=0.0,
    )
    for attempt in attempts:
        if attempt.num == 2:
            _LOG.warning("the database is away: waiting for it", seconds=seconds)
        with attempt:
            return action()
    raise AssertionError("stamina returns or raises")


class Pauses:
    """Backoff by name: each pauses after it failed, for a time that doubles from one second to thirty."""

    def __init__(self) -> None:
        self._lengths: dict[str, float] = {}
        self._ends: dict[str, float] = {}

    def failed(self, name: str) -> float:
        """Begin a pause, and return its length in seconds."""
        length = min(self._lengths.get(name, 0.5) * 2, _LONGEST_PAUSE_SECONDS)
        self._lengths[name] = length
        self._ends[name] = time.monotonic() + length
        return length

    def worked(self, name: str) -> None:
        """End the pause, and begin the next one at one second."""
        self._lengths.pop(name, None)
        self._ends.pop(name, None)

    def pausing(self) -> list[str]:
        """Return those that pause now."""
        now = time.monotonic()
        return [name for name, end in self._ends.items() if end > now]
