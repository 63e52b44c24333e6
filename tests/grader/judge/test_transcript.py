"""When two answers were seen to do the same."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.judge.transcript import Agreement, Deed, Printed, agreement, same_value
from grader.wire.handles import Handle
from grader.wire.link import LocalLink
from grader.wire.peer import ArgumentEffects, Peer, Reply

NOBODY = Peer(LocalLink(), lambda _: Reply())


def returned(value: object, name: str = "f", **effects: Any) -> Deed:
    """An answer returned from a call."""
    return Deed("call", name, Reply(value, ArgumentEffects(**effects)))


def raised(failure: str) -> Deed:
    return Deed("call", "f", None, failure)


def handle(type_name: str) -> Handle:
    return Handle(NOBODY, 1, "object", type_name)


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
    (handle("Net"), handle("Net")),
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
    (handle("Net"), handle("Layer")),
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
        ([returned(1.0)], [returned(1.0, "g")]),
        ([returned(1.0)], [raised("Raised ValueError")]),
        ([raised("Raised TypeError")], [raised("Raised ValueError")]),
        ([returned(1.0)], [returned(1.0, arguments=([0.0],))]),
        ([returned(1.0)], [returned(1.0, random_state=frozenset({"numpy"}))]),
    ],
    ids=["value", "number of calls", "function", "failure", "kind of failure", "arguments changed", "random state"],
)
def test_answers_contradict_each_other_by(one: list[Deed], other: list[Deed]) -> None:
    assert agreement(one, other) is Agreement.CONTRADICT


def test_what_was_printed_counts_only_where_a_test_has_read_it() -> None:
    quiet, loud = (replace(returned(1.5), printed=Printed(text)) for text in ("", "1.5"))
    assert agreement([quiet], [loud]) is Agreement.AGREE
    quiet.printed.was_read = True
    assert agreement([quiet], [loud]) is Agreement.CONTRADICT


def test_what_a_test_has_read_tells_where_nothing_is_returned() -> None:
    one, other = (replace(returned(None), printed=Printed("1.5")) for _ in range(2))
    assert agreement([one], [other]) is Agreement.SILENT
    one.printed.was_read = True
    assert agreement([one], [other]) is Agreement.AGREE


def test_the_same_kind_of_exception_says_too_little() -> None:
    assert agreement([raised("Raised TypeError")], [raised("Raised TypeError")]) is Agreement.SILENT


@pytest.mark.parametrize("deeds", [[], [returned(None)], [returned(handle("generator"))], [returned((None, None))]])
def test_nothing_is_told_by_what_cannot_be_compared(deeds: list[Deed]) -> None:
    assert agreement(deeds, deeds) is Agreement.SILENT
