"""Waking a queue for many runs at once."""

from typing import Final

from records.database.base import Queue
from web.extensions import services

MAX_WAKEUPS: Final = 200  # the scheduler repeats wake-ups for what is left


def wake(queue: Queue, runs: int) -> None:
    """Wake a queue for a number of runs."""
    services().submitter.wake(queue, min(runs, MAX_WAKEUPS))
