"""When two answers were seen to do the same, and which known-wrong answer explains what failed."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from grader.judge.diagnosis import Agreement, agreement, best_explanations, same_value


@dataclass(frozen=True)
class Effects:
    arguments: tuple[Any, ...] | None = None
    keywords: dict[str, Any] | None = None
    random_state: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reply:
    value: Any
    effects: Effects = field(default_factory=Effects)


@dataclass(frozen=True)
class Deed:
    """What an answer did once; by default it returned from a call of `f`."""

    reply: Reply | None
    operation: str = "call"
    name: str = "f"
    failure: str = ""


def returned(value: object, **effects: Any) -> Deed:
    return Deed(Reply(value, Effects(**effects)))


def raised(failure: str) -> Deed:
    return Deed(None, failure=failure)


class Handle:
    """As a value that stays on the other side arrives: its type carries the attribute that tells it apart."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name


SAME = [
    (1.0, 1.0 + 1e-9),
    (1, 1.0),
    (True, np.True_),
    (math.nan, math.nan),
    (math.inf, math.inf),
    (2.0, np.float64(2.0)),
    (1 + 2j, 1 + 2j),
    ("a", "a"),
    (None, None),
    ([1, (2, 3.0)], [1.0, (2.0, 3)]),
    ({"w": 1.0}, {"w": 1.0 + 1e-12}),
    (np.array([1.0, math.nan]), np.array([1.0 + 1e-9, math.nan])),
    (np.array([1, 2]), np.array([1, 2], dtype=np.int8)),
    (np.array(["a"]), np.array(["a"])),
    (np.float32(0.1), np.float32(0.1)),
    (Handle("Net"), Handle("Net")),
    (slice(1, 2), slice(1, 2)),
]
DIFFERENT = [
    (1.0, 1.001),
    (1.0, -1.0),
    (1.0, "1.0"),
    (math.inf, -math.inf),
    (0.0, math.nan),
    (None, 0.0),
    ("a", "b"),
    ([1, 2], [1, 2, 3]),
    ((1, 2), (1, 3)),
    ([1, 2], (1, 2)),
    ({"w": 1}, {"v": 1}),
    ({"w": 1}, {"w": 2}),
    (np.ones(3), np.ones((3, 1))),
    (np.ones(3), np.ones(3, dtype=int)),
    (np.ones(3), 2 * np.ones(3)),
    (np.array(["a"]), np.array(["b"])),
    (Handle("Net"), Handle("Layer")),
    (slice(1, 2), slice(1, 3)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_values_are_the_same_but_for_rounding(one: object, other: object) -> None:
    assert same_value(one, other)
    assert same_value(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_values_differ_in_kind_shape_or_number(one: object, other: object) -> None:
    assert not same_value(one, other)
    assert not same_value(other, one)


def test_tensors_differ_by_values_dtype_and_whether_they_require_a_gradient() -> None:
    torch = pytest.importorskip("torch")
    ones = torch.ones(3)
    assert same_value(ones, torch.ones(3) + 1e-9)
    assert not same_value(ones, 2 * ones)
    assert not same_value(ones, ones.double())
    assert not same_value(ones, torch.ones(3, requires_grad=True))
    assert not same_value(ones, np.ones(3))


def test_answers_agree_that_return_the_same_call_by_call() -> None:
    assert agreement([returned(1.0), returned(2.0)], [returned(1.0), returned(2.0)]) is Agreement.AGREE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([returned(1.0)], [returned(2.0)]),
        ([returned(1.0)], [returned(1.0), returned(1.0)]),
        ([returned(1.0)], [Deed(Reply(1.0), name="g")]),
        ([returned(1.0)], [raised("Raised ValueError")]),
        ([raised("Raised TypeError")], [raised("Raised ValueError")]),
        ([returned(1.0)], [returned(1.0, arguments=([0.0],))]),
        ([returned(1.0)], [returned(1.0, random_state=frozenset({"numpy"}))]),
    ],
    ids=["value", "number of calls", "function", "failure", "kind of failure", "arguments changed", "random state"],
)
def test_answers_contradict_each_other_by(one: list[Deed], other: list[Deed]) -> None:
    assert agreement(one, other) is Agreement.CONTRADICT


def test_the_same_kind_of_exception_says_too_little() -> None:
    assert agreement([raised("Raised TypeError")], [raised("Raised TypeError")]) is Agreement.SILENT


@pytest.mark.parametrize("deeds", [[], [returned(None)], [returned(Handle("generator"))], [returned((None, None))]])
def test_nothing_is_told_by_what_cannot_be_compared(deeds: list[Deed]) -> None:
    assert agreement(deeds, deeds) is Agreement.SILENT


def explained(
    failing: list[str], behaviours: dict[str, set[str]], fits: dict[str, float], *, only_clear: bool = False
) -> dict[str, str]:
    def matches(name: str, test: str) -> bool:
        return test in behaviours[name]

    found = best_explanations(failing, list(behaviours), matches, lambda name: fits[name], only_clear=only_clear)
    return dict(found)


def test_the_answer_that_explains_the_first_failure_explains_all_it_matches() -> None:
    behaviours = {"sign": {"a", "b"}, "sum": {"c"}}
    assert explained(["a", "b", "c"], behaviours, {}) == {"a": "sign", "b": "sign", "c": "sum"}


def test_of_several_candidates_the_one_that_fits_the_whole_suite_best_is_taken() -> None:
    behaviours = {"sign": {"a"}, "sign and sum": {"a", "b"}}
    assert explained(["a", "b"], behaviours, {"sign": 0, "sign and sum": 2}) == dict.fromkeys("ab", "sign and sum")


def test_where_only_what_is_clear_counts_a_draw_explains_nothing() -> None:
    behaviours = {"sign": {"a"}, "sum": {"a", "b"}}
    assert explained(["a", "b"], behaviours, {"sign": 1, "sum": 1}, only_clear=True) == {"b": "sum"}
    assert explained(["a", "b"], behaviours, {"sign": 0, "sum": 1}, only_clear=True) == dict.fromkeys("ab", "sum")
    assert explained(["a"], behaviours, {"sign": 1, "sum": 1}) == {"a": "sign"}


def test_what_no_known_answer_does_is_not_explained() -> None:
    assert explained(["a", "b"], {"sign": {"b"}}, {}) == {"b": "sign"}
    assert explained(["a"], {}, {}) == {}


def test_fit_is_not_asked_for_where_there_is_no_choice() -> None:
    def unwanted(_: str) -> float:
        raise AssertionError("a replay of the whole suite, for nothing")

    assert list(best_explanations(["a"], ["sign"], lambda _name, _test: True, unwanted)) == [("a", "sign")]
