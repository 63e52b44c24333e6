"""Waiting for what is away: the database, and benches."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from records.database.engine import DatabaseGone

_LOG: Final = structlog.get_logger("gradeloop.patience")
_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 30.0

_T = TypeVar("_T")


def patiently(action: Callable[[], _T], seconds: float) -> _T:
    """Do something with the database, again and again for some seconds while it is away.

    Raises:
        records.DatabaseGone: it stayed away.
    """
    deadline = time.monotonic() + seconds
    said = False
    while True:
        try:
            return action()
        except DatabaseGone:
            if time.monotonic() >= deadline:
                raise
            if not said:
                _LOG.warning("the database is away: waiting for it", seconds=seconds)
                said = True
            time.sleep(_PAUSE_SECONDS)


class Pauses:
    """Names that failed, each with a pause before it is tried again, which doubles from one second to thirty."""

    def __init__(self) -> None:
        self._lengths: dict[str, float] = {}
        self._ends: dict[str, float] = {}

    def failed(self, name: str) -> float:
        """Note that it failed, and return for how many seconds it is left alone."""
        length = min(self._lengths.get(name, 0.5) * 2, _LONGEST_PAUSE_SECONDS)
        self._lengths[name] = length
        self._ends[name] = time.monotonic() + length
        return length

    def worked(self, name: str) -> None:
        """Note that it works again."""
        self._lengths.pop(name, None)
        self._ends.pop(name, None)

    def pausing(self) -> list[str]:
        """Return those that are to be left alone now."""
        now = time.monotonic()
        return [name for name, end in self._ends.items() if end > now]
