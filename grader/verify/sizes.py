"""Which sizes of a suite coincide, so that a factor of one is taken for a factor of the other.

A gradient that is divided by the number of outputs looks as if it was divided by 2 where there are two outputs. So the
sizes that a function meets, and the 1 and the 2 of its formulas, must differ in at least one of its tests, and neither
may be a small multiple of the other there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

_MULTIPLES: Final = (1, 2, 3, 4)
_FACTOR: Final = 2
_NAMED: Final = 3

Names = tuple[str, ...]  # of one size


@dataclass(frozen=True)
class SizedCall:
    """One call that a test makes.

    Attributes:
        test: its title.
        public: whether students can read it.
        sizes: by name; None where the argument was no size in this call, so that it is none anywhere.
    """

    test: str
    public: bool
    function: str
    sizes: Mapping[str, int | None]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SizedCall":
        """Return what the judge has told."""
        return cls(data["test"], data["public"], data["function"], data["sizes"])


def functions_of(calls: Sequence[SizedCall]) -> list[str]:
    """Return the functions that are called."""
    return list(dict.fromkeys(call.function for call in calls))


def coincidences(calls: Sequence[SizedCall]) -> list[str]:
    """Return a sentence for each two sizes of a function that no hidden test, or no public one, tells apart."""
    found = []
    for function in functions_of(calls):
        own = [call for call in calls if call.function == function]
        sizes = _independent(own)
        for kind in ("hidden", "public"):
            group = [call for call in own if call.public is (kind == "public")]
            for one, other in [*combinations(sizes, 2), *((size, ()) for size in sizes)]:
                if met := _met_alike(group, one, other):
                    found.append(f"`{function}`: no {kind} test tells {_told(one, other, met)}.")
            found += [
                f"`{function}`: {size[0]} is 1 in every {kind} test: {_list(titles)}."
                for size in sizes
                if (titles := _where_it_is_1(own, group, size))
            ]
    return found


def _independent(calls: Sequence[SizedCall]) -> list[Names]:
    """Return the sizes that differ from each other somewhere; those that never do are one, under all its names."""
    kept: list[Names] = []
    for name in dict.fromkeys(name for call in calls for name in call.sizes):
        if any(call.sizes.get(name, 0) is None for call in calls) or _is_of_any_kind(calls, name):
            continue
        same = next((names for names in kept if _always_equal(calls, names, name)), None)
        if same is None:
            kept.append((name,))
        else:
            kept[kept.index(same)] = (*same, name)
    return kept


def _is_of_any_kind(calls: Sequence[SizedCall], name: str) -> bool:
    """Tell whether a size is of an argument that is a list in one call and an array in another."""
    argument = name.removeprefix("len(").partition(")")[0].partition(".")[0]
    names = {name for call in calls for name in call.sizes}
    return f"len({argument})" in names and f"{argument}.shape[0]" in names


def _always_equal(calls: Sequence[SizedCall], names: Names, name: str) -> bool:
    pairs = [(_value(call, names), call.sizes[name]) for call in calls if name in call.sizes]
    met = [(one, other) for one, other in pairs if one is not None]
    return bool(met) and all(one == other for one, other in met)


def _value(call: SizedCall, names: Names) -> int | None:
    return next((call.sizes[name] for name in names if name in call.sizes), None)


def _met_alike(calls: Sequence[SizedCall], one: Names, other: Names) -> Mapping[str, tuple[int, int]]:
    """Return the tests with two sizes, or one and a factor of 2, that are alike in all of them; none if they differ."""
    met: dict[str, tuple[int, int]] = {}
    for call in calls:
        first, second = _value(call, one), _value(call, other) if other else _FACTOR
        if first is None or second is None or min(first, second) < 2:
            continue
        if not _alike(first, second):
            return {}
        met.setdefault(call.test, (first, second))
    return met


def _where_it_is_1(everywhere: Sequence[SizedCall], calls: Sequence[SizedCall], size: Names) -> Sequence[str]:
    """Return the tests where a size is 1 or 0, if it is so in all of these calls, and more in others."""
    met = {call.test: value for call in calls if (value := _value(call, size)) is not None}
    most, most_of_all = (max((_value(call, size) or 0 for call in group), default=0) for group in (calls, everywhere))
    return list(met) if most < 2 <= most_of_all else []


def _told(one: Names, other: Names, met: Mapping[str, tuple[int, int]]) -> str:
    first, second = next(iter(met.values()))
    if not other:
        return f"{one[0]} from a factor of 2: it is {first} in {_list(list(met))}"
    return f"{one[0]} from {other[0]}: they are {first} and {second} in {_list(list(met))}"


def _alike(one: int, other: int) -> bool:
    small, large = sorted((one, other))
    return large % small == 0 and large // small in _MULTIPLES


def _list(titles: Sequence[str]) -> str:
    more = f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
    return ", ".join(f"“{title}”" for title in titles[:_NAMED]) + more
