"""The collected tests of a suite, as a run sees them: names, titles and what their marks say."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pytest

from grader.bundle.problems import did_you_mean
from grader.bundle.suite import OWN_MARKS, PUBLIC_TESTS
from grader.results.run import Visibility

FIXTURES: Final = ("student", "reference", "support", "rng", "picture")
_LONGEST_CASE: Final = 40
_OF_SUITE: Final = type(pytest.fixture(lambda: None))  # pytest has no public name for it


@dataclass(frozen=True, eq=False)
class Case:
    """One collected test, and what its marks say.

    Attributes:
        points: its share of what the test function gives.
        public: whether students can read the test itself.
        plain: whether it is a function that asks for no fixtures but ours.
    """

    item: pytest.Item
    name: str
    title: str
    points: Fraction
    visibility: Visibility
    hint: str | None
    public: bool
    plain: bool


def cases_of(items: list[pytest.Item]) -> list[Case]:
    """Return collected tests as cases, public ones first; those of a test function share its points."""
    shares = Counter(map(_function, items))
    public_first = sorted(items, key=lambda item: item.path.name != PUBLIC_TESTS)
    return [_case(item, shares[_function(item)]) for item in public_first]


def unknown_fixtures(items: list[pytest.Item]) -> Iterator[str]:
    """Yield a sentence for each fixture that a test asks for, itself or through others, and that there is not."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        own = [name for name, value in vars(item.module).items() if isinstance(value, _OF_SUITE)]
        for name in item.fixturenames:
            if name != "request" and name not in item._fixtureinfo.name2fixturedefs:
                asked = f"{item.path.name}: `{item.originalname}` asks for an unknown fixture `{name}`"
                yield asked + did_you_mean(name, [*FIXTURES, *own])


def _function(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


def _case(item: pytest.Item, share: int) -> Case:
    marks = {name: mark.args[0] for name in OWN_MARKS if (mark := item.get_closest_marker(name))}
    return Case(
        item=item,
        name=item.nodeid,
        title=_title(item),
        points=Fraction(str(marks.get("points", 0))) / share,
        visibility=marks.get("visibility", "visible"),
        hint=str(marks["hint"]) if "hint" in marks else None,
        public=item.path.name == PUBLIC_TESTS,
        plain=_is_plain(item),
    )


def _is_plain(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or item.cls is not None:
        return False
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    definitions = item._fixtureinfo.name2fixturedefs
    overridden = any(len(definitions.get(name, ())) > 1 for name in FIXTURES)  # by one of the suite's own
    return {*item.fixturenames} <= {*FIXTURES, *parameters} and not overridden


def _title(item: pytest.Item) -> str:
    """Return a docstring's first line, with the case's values in its braces or behind it."""
    text = (getattr(item, "obj", None).__doc__ or item.name).strip().splitlines()[0]
    values = getattr(getattr(item, "callspec", None), "params", {})
    if not values:
        return text
    with suppress(KeyError, IndexError, ValueError, AttributeError):
        filled = text.format_map(values)
        if filled != text:
            return filled
    case = ", ".join(f"{name} = {value!r}" for name, value in values.items())
    return f"{text} ({case if len(case) <= _LONGEST_CASE else item.name.partition('[')[2].rstrip(']')})"
