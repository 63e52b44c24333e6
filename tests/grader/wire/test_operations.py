"""What a handle does where Python's own syntax and functions are used on it: the object answers, where it is."""

from typing import Any

import numpy as np
import pytest

from grader.wire.handles import Handle
from grader.wire.peer import RemoteRaised
from tests.grader.wire.test_peer import peer_of


class Value:
    """A number that remembers nothing; two of the same number are equal."""

    def __init__(self, data: float) -> None:
        self.data = data
        self.items: dict[str, object] = {}

    def __add__(self, other: Any) -> "Value":
        return Value(self.data + getattr(other, "data", other))

    def __radd__(self, other: Any) -> "Value":
        return self + other

    def __rsub__(self, other: Any) -> "Value":
        return Value(other - self.data)

    def __imul__(self, other: Any) -> "Value":
        self.data *= other
        return self

    def __matmul__(self, other: Any) -> float:
        return self.data * 10 + float(other.data)

    def __neg__(self) -> "Value":
        return Value(-self.data)

    def __lt__(self, other: "Value") -> bool:
        return self.data < other.data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __bool__(self) -> bool:
        return self.data != 0

    def __repr__(self) -> str:
        return f"Value({self.data})"

    def __str__(self) -> str:
        return f"<{self.data}>"

    def __getitem__(self, key: str) -> object:
        return self.items[key]

    def __setitem__(self, key: str, value: object) -> None:
        self.items[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def __enter__(self) -> "Value":
        self.items["open"] = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.items["ended by"] = "" if kind is None else kind.__name__
        return True


@pytest.fixture
def make() -> Any:
    """A function of the other side that makes values there."""
    return peer_of(make=Value, family=lambda *values: set(values)).get(0, "make")


def test_operators_take_values_and_handles_and_give_handles(make: Any) -> None:
    a, b = make(2.0), make(3.0)
    assert [(a + b).data, (a + 1).data, (1 + a).data, (10 - a).data, (-a).data, a @ b] == [5, 3, 3, 8, -2, 23]
    assert (a < b, a == make(2.0), a != b, a in [b, make(2.0)]) == (True, True, True, True)
    assert type(np.float64(1.5) + a) is Handle


def test_an_operation_in_place_is_of_the_same_object(make: Any) -> None:
    a = before = make(2.0)
    a *= 4
    assert a is before
    assert before.data == 8


def test_text_truth_and_hash_are_the_objects_own(make: Any) -> None:
    assert (repr(make(2.0)), str(make(2.0)), f"{make(2.0)}") == ("Value(2.0)", "<2.0>", "<2.0>")
    assert (bool(make(0.0)), bool(make(2.0))) == (False, True)
    assert hash(make(2.5)) == hash(2.5)


def test_items_and_attributes_are_set_where_the_object_is(make: Any) -> None:
    a = make(2.0)
    a["x"] = [1, 2]
    a.data = 7.0
    assert (a["x"], "x" in a, "y" in a, a.data) == ([1, 2], True, False, 7.0)
    with pytest.raises(AttributeError):
        a._hidden = 1


def test_a_with_block_runs_the_objects_own_methods(make: Any) -> None:
    with make(2.0) as a:
        assert a["open"] is True
    assert a["ended by"] == ""
    with a:
        raise ValueError("which the object silences")
    assert a["ended by"] == "ValueError"


def test_no_object_silences_what_a_test_finds_wrong(make: Any) -> None:
    with pytest.raises(AssertionError), make(2.0):
        raise AssertionError("which the object would silence")


def test_objects_in_a_set_are_told_apart_without_asking() -> None:
    peer = peer_of(make=Value, family=lambda *values: set(values))
    a, b = peer.get(0, "make")(2.0), peer.get(0, "make")(3.0)
    family = peer.get(0, "family")(a, b)
    assert len(family) == 2
    assert all(one is a or one is b for one in family)


def test_what_an_object_cannot_do_is_its_own_exception(make: Any) -> None:
    with pytest.raises(RemoteRaised, match="unsupported operand"):
        make(2.0) // 2


def test_a_function_is_true_and_the_same_without_asking(make: Any) -> None:
    assert make
    assert make == make
    assert make is not None
    assert "function" in repr(make) or "type" in repr(make)


def test_objects_of_two_processes_are_not_equal(make: Any) -> None:
    assert make(2.0) != peer_of(make=Value).get(0, "make")(2.0)
