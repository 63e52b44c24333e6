"""Several people who do something at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

__all__ = ["at_once"]

_Done = TypeVar("_Done")


def at_once(*acts: Callable[[], _Done]) -> list[_Done]:
    """Do things in threads of their own, begun together, and return what each returned."""
    together = Barrier(len(acts))

    def begun(act: Callable[[], _Done]) -> _Done:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begun, acts))
