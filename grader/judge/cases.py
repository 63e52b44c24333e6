"""The collected tests of a suite, as a run sees them: names, titles and what their marks say."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pytest

from grader.bundle.problems import did_you_mean
from grader.bundle.suite import OWN_MARKS, PUBLIC_TESTS, SuiteTest
from grader.results.run import Visibility

FIXTURES: Final = ("student", "reference", "support", "rng", "picture")
_CAPTURING: Final = ("capsys", "capsysbinary", "capteesys", "capfd", "capfdbinary")
_SCOPES: Final = ("function", "class", "module", "package", "session")
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


def cases_of(items: list[pytest.Item], tests: Iterable[SuiteTest]) -> list[Case]:
    """Return collected tests as cases, public ones first; those of a test function share its points.

    What pytest calls a case holds the values of its parameters. Students read the names of hidden tests, so there a
    case has a number instead, and its title no parameter that is of the answer, as `tests` say.
    """
    shares = Counter(map(_function, items))
    withheld = {f"{test.file}::{test.name}": test.shown_answers for test in tests}
    public_first = sorted(items, key=lambda item: item.path.name != PUBLIC_TESTS)
    numbers: Counter[str] = Counter()
    cases = []
    for item in public_first:
        function = _function(item)
        numbers[function] += 1
        cases.append(_case(item, shares[function], numbers[function], withheld.get(function, ())))
    return cases


def fixture_problems(items: list[pytest.Item]) -> Iterator[str]:
    """Yield a sentence for each fixture that a test asks for, itself or through others, and cannot have."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        yield from _scope_problems(item)
        own = [name for name, value in vars(item.module).items() if isinstance(value, _OF_SUITE)]
        for name in item.fixturenames:
            if name in _CAPTURING:
                yield (
                    f"{item.path.name}: `{item.originalname}` asks for `{name}`, which does not see what a student's "
                    "code prints; that is in `student.calls[-1].output`."
                )
            if name != "request" and name not in item._fixtureinfo.name2fixturedefs:
                asked = f"{item.path.name}: `{item.originalname}` asks for an unknown fixture `{name}`"
                yield asked + did_you_mean(name, [*FIXTURES, *own])


def _scope_problems(item: pytest.Function) -> Iterator[str]:
    definitions = item._fixtureinfo.name2fixturedefs
    for name, (*_, definition) in definitions.items():
        for asked in definition.argnames:
            scope = definitions[asked][-1].scope if asked in definitions else definition.scope
            if _SCOPES.index(scope) < _SCOPES.index(definition.scope):
                yield (
                    f"{item.path.name}: fixture `{name}` has the scope `{definition.scope}` and asks for `{asked}`, "
                    f"whose scope is `{scope}`; give `{name}` that scope, or ask for `{asked}` in the tests."
                )


def _function(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


def _case(item: pytest.Item, share: int, number: int, withheld: Collection[str]) -> Case:
    marks = {name: mark.args[0] for name in OWN_MARKS if (mark := item.get_closest_marker(name))}
    public = item.path.name == PUBLIC_TESTS
    opaque = "" if public or "[" not in item.nodeid else f"case {number}"
    return Case(
        item=item,
        name=f"{_function(item)}[{opaque}]" if opaque else item.nodeid,
        title=_title(item, opaque, withheld),
        points=Fraction(str(marks.get("points", 0))) / share,
        visibility=marks.get("visibility", "visible"),
        hint=str(marks["hint"]) if "hint" in marks else None,
        public=public,
        plain=_is_plain(item),
    )


def _is_plain(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or item.cls is not None:
        return False
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    definitions = item._fixtureinfo.name2fixturedefs
    overridden = any(len(definitions.get(name, ())) > 1 for name in FIXTURES)  # by one of the suite's own
    return {*item.fixturenames} <= {*FIXTURES, *parameters} and not overridden


def _title(item: pytest.Item, opaque: str, withheld: Collection[str]) -> str:
    """Return a docstring's first line, with the case's values in its braces, or what tells the case behind it."""
    text = (getattr(item, "obj", None).__doc__ or _function(item).rpartition("::")[2]).strip().splitlines()[0]
    values = getattr(getattr(item, "callspec", None), "params", {})
    if not values:
        return text
    with suppress(KeyError, IndexError, ValueError, AttributeError):
        filled = text.format_map({name: value for name, value in values.items() if name not in withheld})
        if filled != text:
            return filled
    if opaque:
        return f"{text} ({opaque})"
    case = ", ".join(f"{name} = {value!r}" for name, value in values.items())
    return f"{text} ({case if len(case) <= _LONGEST_CASE else item.name.partition('[')[2].rstrip(']')})"
