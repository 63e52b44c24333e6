"""Positions in the lists that staff go through one by one."""

from collections.abc import Sequence
from typing import NamedTuple


class Position(NamedTuple):
    """The position of something in a list, from 1, and the ids before and after it, None at an end."""

    previous: str | None
    next: str | None
    position: int
    total: int


def position_in(ids: Sequence[str], wanted: str) -> Position:
    """Return the position of an id among others; 0 where it is not among them."""
    if wanted not in ids:
        return Position(None, None, 0, len(ids))
    place = ids.index(wanted)
    return Position(ids[place - 1] if place else None, next(iter(ids[place + 1 :]), None), place + 1, len(ids))
