"""Plots that a test shows a student: plot data, plain and bounded, with what it says in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Literal, get_args

Kind = Literal["lines", "bars", "points"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MAX_PLOTS: Final = 4  # of a test
MAX_SERIES: Final = 8  # of a plot
MAX_POINTS: Final = 400  # of a series
_LISTED: Final = 12  # bars that are named one by one
_ALIKE: Final = 1e-4  # of the range of all values: what no eye sees


@dataclass(frozen=True)
class Series:
    """One line, one colour of bars, or one kind of points: x numbers or names, y as many values, with None a gap."""

    name: str
    x: tuple[float | str, ...]
    y: tuple[float | None, ...]

    def drawn(self) -> list[tuple[float | str, float]]:
        """Return the points that are no gaps."""
        return [(x, y) for x, y in zip(self.x, self.y, strict=True) if y is not None]

    def to_json(self) -> dict[str, Any]:
        """Return the series as plain data."""
        return {"name": self.name, "x": list(self.x), "y": list(self.y)}


@dataclass(frozen=True)
class Plot:
    """One plot: its labels are "" for none, its series lie one over the other, its text is for who does not see it."""

    kind: Kind
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the plot as plain data for `json.dump`; the fields are documented in docs/results.md."""
        return {**vars(self), "series": [series.to_json() for series in self.series]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Plot":
        """Return the plot that `to_json` wrote."""
        series = tuple(Series(one["name"], tuple(one["x"]), tuple(one["y"])) for one in data["series"])
        return cls(**{**data, "series": series})


def in_words(kind: Kind, series: tuple[Series, ...], x_label: str = "") -> str:
    """Return what a plot shows as sentences, made from its data and nothing else."""
    label = f"{x_label} " if x_label else ""
    if len(series) != 2 or kind == "points":
        return " ".join(_sentence(kind, one, label) for one in series)
    one, other = series
    sentences = [_sentence(kind, one, label), _sentence(kind, other, label)]
    heights = dict(other.drawn())
    both = [(x, y, heights[x]) for x, y in one.drawn() if x in heights]
    if both:
        x, mine, theirs = max(both, key=lambda point: abs(point[1] - point[2]))
        values = [height for _, *pair in both for height in pair]
        near = abs(mine - theirs) <= _ALIKE * (max(values) - min(values))
        if near and len(both) == len(one.y) == len(other.y):
            return f"{one.name} and {other.name} agree. {sentences[0]}"
        sentences.append(f"They differ most at {label}{_said(x)}: {_said(mine)} against {_said(theirs)}.")
    return " ".join(sentences)


def _sentence(kind: Kind, series: Series, label: str) -> str:
    drawn = series.drawn()
    missing = len(series.y) - len(drawn)
    gaps = f" ({missing} of {len(series.y)} values are missing or no finite numbers)" if missing else ""
    if not drawn:
        return f"{series.name}: there is nothing that can be drawn."
    return f"{series.name}: {_course(kind, drawn, label)}{gaps}."


def _course(kind: Kind, drawn: list[tuple[float | str, float]], label: str) -> str:
    if kind == "bars" and len(drawn) <= _LISTED:
        return ", ".join(f"{_said(x)} {_said(y)}" for x, y in drawn)
    low, high = min(drawn, key=itemgetter(1)), max(drawn, key=itemgetter(1))
    if kind == "points":
        return f"{len(drawn)} points, between {_said(low[1])} and {_said(high[1])}"
    (first, start), (last, end) = drawn[0], drawn[-1]
    if len(drawn) == 1:
        return f"{_said(start)} at {label}{_said(first)}"
    if low[1] == high[1]:
        return f"{_said(start)} throughout, from {label}{_said(first)} to {_said(last)}"
    extremes = [
        f"{word} {_said(y)} at {_said(x)}"
        for word, (x, y) in (("lowest", low), ("highest", high))
        if y not in (start, end)
    ]
    way = f"from {_said(start)} at {label}{_said(first)} to {_said(end)} at {_said(last)}"
    return ", ".join((way, *extremes))


def _said(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"
