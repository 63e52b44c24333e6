"""Waiting for what must come true, instead of sleeping for as long as it might take."""

import time
from collections.abc import Callable

__all__ = ["wait_until"]


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return as soon as something holds; fail when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"It did not come true within {seconds:g} seconds."
        time.sleep(0.02)  # between two looks
