"""`picture`: what a suite draws with. What it is given comes from authors and from students, and is treated so.

A series whose name begins with "your" holds a student's values: whatever is no finite real number is a gap in it. What
else is given is the author's, and a mistake in it is one of the suite.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from functools import partialmethod
from itertools import islice
from typing import Any, Final, cast

import numpy as np

from grader.results.plots import MAX_PLOTS, MAX_POINTS, MAX_SERIES, Kind, Plot, Series, in_words
from grader.text import plain

_LONGEST_LABEL: Final = 200
_LONGEST_TEXT: Final = 2000
_DIGITS: Final = 6
_STUDENTS: Final = "your"

Places = Sequence[float | str] | np.ndarray[Any, Any]


class Drawing:
    """What one test has drawn; more than fits is thinned out, and never refused."""

    def __init__(self) -> None:
        self._plots: list[Plot] = []

    @property
    def plots(self) -> tuple[Plot, ...]:
        """What was drawn so far."""
        return tuple(self._plots)

    def draw(
        self,
        kind: Kind,
        title: str,
        series: Mapping[str, Any],
        x: Places | None = None,
        *,
        x_label: str = "",
        y_label: str = "",
        text: str | None = None,
    ) -> None:
        """Draw a line for each series, bars side by side, or single points.

        Args:
            kind: "lines", "bars" or "points"; suites call the method of that name.
            title: above the plot.
            series: numbers by name, as a list, an array or a tensor, which is read entry by entry.
            x: where the values stand: numbers or names; None counts from 1.
            x_label, y_label: along the sides.
            text: what the plot shows, in words; None makes them from the data.

        Raises:
            TypeError, ValueError: the author's part of it cannot be drawn.
        """
        if not isinstance(series, Mapping) or not series:
            raise TypeError(f"picture.{kind}: `series` is a dictionary of numbers by name")
        places = None if x is None else _sequence(x)
        if x is not None and places is None:
            raise TypeError(f"picture.{kind}: `x` takes numbers or names, and not {type(x).__name__}")
        drawn = tuple(_series(name, values, places) for name, values in islice(series.items(), MAX_SERIES))
        above, below, beside = (_label(kind, word) for word in (title, x_label, y_label))
        told = in_words(kind, drawn, below) if text is None else _label(kind, text, _LONGEST_TEXT)
        if len(self._plots) < MAX_PLOTS:
            self._plots.append(Plot(kind, above, below, beside, drawn, told))

    lines = partialmethod(draw, "lines")
    bars = partialmethod(draw, "bars")
    points = partialmethod(draw, "points")


def _label(kind: Kind, text: object, longest: int = _LONGEST_LABEL) -> str:
    if not isinstance(text, str):
        raise TypeError(f"picture.{kind}: titles, labels and texts are text, and not {type(text).__name__}")
    return plain(text[:longest])


def _series(name: object, values: object, places: Sequence[Any] | None) -> Series:
    """Return one series; what is wrong with it is a gap where it is the student's, and an error where it is not."""
    if not isinstance(name, str):
        raise TypeError(f"picture: the name of a series is text, and not {type(name).__name__}")
    own = not name.casefold().startswith(_STUDENTS)
    heights = _sequence(values)
    if heights is None:
        if own:
            raise TypeError(f"picture: the series `{name}` takes numbers, and not {type(values).__name__}")
        heights = []
    count = len(heights)
    if places is not None:
        if own and count > len(places):
            raise ValueError(f"picture: the series `{name}` has {count} values for {len(places)} places on x")
        count = min(count, len(places))
    kept = _thinned(count)
    x = tuple(float(i + 1) if places is None else _place(places[i]) for i in kept)
    y = tuple(_height(heights[i], name if own else None) for i in kept)
    return Series(plain(name[:_LONGEST_LABEL]), x, y)


def _sequence(values: object) -> Sequence[Any] | None:
    """Return what can be read entry by entry; None for anything else, which is not asked what it is."""
    kind = type(values)
    if issubclass(kind, (list, tuple, range)):
        return cast("Sequence[Any]", values)
    if issubclass(kind, np.ndarray):
        return cast("Sequence[Any]", cast("np.ndarray[Any, Any]", values).ravel())
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(kind, torch.Tensor):
        tensor = cast("Any", values).detach().reshape(-1)
        return cast("Sequence[Any]", (tensor if tensor.is_complex() else tensor.double()).numpy())
    return [values] if issubclass(kind, (int, float, np.number)) else None


def _thinned(count: int) -> Sequence[int]:
    """Return the numbers of the entries that are drawn: all, or as many as fit from the first to the last."""
    if count <= MAX_POINTS:
        return range(count)
    return [round(i * (count - 1) / (MAX_POINTS - 1)) for i in range(MAX_POINTS)]


def _place(value: object) -> float | str:
    if isinstance(value, str):
        return plain(value[:_LONGEST_LABEL])
    place = _number(value)
    if place is None:
        raise ValueError("picture: places on x are finite numbers or names")
    return place


def _height(value: object, author: str | None) -> float | None:
    try:
        return _number(value)
    except TypeError as error:
        if author is None:
            return None
        raise TypeError(f"picture: the series `{author}` {error}") from None


def _number(value: object) -> float | None:
    """Return a number with as many digits as an eye could want; None for none, and for what is not finite."""
    if value is None:
        return None
    entries = _sequence(value)
    if entries is None or len(entries) != 1 or issubclass(type(entries[0]), (list, tuple, np.ndarray)):
        raise TypeError(f"takes numbers, and not {type(value).__name__}")
    entry = entries[0]
    if issubclass(type(entry), np.generic):
        entry = entry.item()
    if not issubclass(type(entry), (int, float)):
        raise TypeError(f"takes real numbers, and not {type(entry).__name__}")
    try:
        number = float(entry)
    except OverflowError:
        return None
    return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else None
