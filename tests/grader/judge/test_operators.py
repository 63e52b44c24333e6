"""A suite for objects with operators, as of micrograd's `Value`, on a real bench."""

import pytest

from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, submission_of
from worker.benches.bench import Bench

SUITE = b'''
import pytest


@pytest.mark.points(1)
def test_backward(student):
    """The gradients of a * b + a."""
    a, b = student.Value(2.0), student.Value(-3.0)
    c = a * b + a + 1
    c.backward()
    assert (c.data, a.grad, b.grad) == (-3.0, -2.0, 2.0), "The chain rule gives other gradients."


@pytest.mark.points(1)
def test_text(student):
    """A value shows its number."""
    assert "2.0" in repr(student.Value(2.0)), "Write the number into `__repr__`."


@pytest.mark.points(1)
def test_equal(student):
    """Values of one number are equal."""
    assert student.Value(2.0) == student.Value(2.0), "Two values of one number are to be equal."
    assert student.Value(2.0) in [student.Value(2.0)], "They are to be found in a list."


@pytest.mark.points(1)
def test_step(student):
    """A gradient can be set to zero."""
    a = student.Value(2.0)
    a.grad = 5.0
    assert a.grad == 5.0, "`grad` is to be an attribute."
'''
VALUE = """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self._parents, self._push = data, 0.0, parents, lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out._push = push
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._push = push
        return out

    def backward(self):
        order = []

        def visit(value):
            if not any(value is seen for seen in order):
                for parent in value._parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value._push()

    def __eq__(self, other):
        return self.data == other.data

    def __repr__(self):
        return f"Value({self.data})"
"""


@pytest.fixture
def value() -> Bundle:
    files = bundle_named("target").files
    return Bundle.from_files("target", {**files, "test_hidden.py": SUITE, "reference.py": VALUE.encode()})


def test_a_suite_for_objects_with_operators_works(bench: Bench, value: Bundle) -> None:
    run = bench.grade(value, submission_of(value, VALUE))
    hidden = [test for test in run.tests if test.name.startswith("test_hidden")]
    assert [(test.outcome, test.message) for test in hidden] == [("passed", "")] * 4


def test_an_operator_that_is_missing_or_wrong_fails_its_own_test(bench: Bench, value: Bundle) -> None:
    overwrites = VALUE.replace("self.grad += other.data", "self.grad = other.data").replace("def __eq__", "def equals")
    run = bench.grade(value, submission_of(value, overwrites))
    assert [test.name.partition("::")[2] for test in run.failed() if "hidden" in test.name] == [
        "test_backward",
        "test_equal",
    ]
    assert all(test.outcome == "failed" for test in run.failed())


def test_a_missing_operator_is_named_by_its_exception(bench: Bench, value: Bundle) -> None:
    run = bench.grade(value, submission_of(value, VALUE.replace("def __mul__", "def times")))
    (failed,) = [test for test in run.failed() if "backward" in test.name]
    assert "TypeError" in failed.message
