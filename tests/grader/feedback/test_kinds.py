"""Values are described by kind and shape, never by what the student's code wrote."""

import decimal

import numpy as np
import pytest

from grader.feedback.kinds import as_array, describe, is_number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "a boolean"),
        (np.True_, "a boolean"),
        (3, "a number"),
        (np.float32(3), "a number"),
        (3j, "a complex number"),
        ("secret", "text"),
        ([1, 2], "a list of 2 items"),
        ((1,), "a tuple of 1 item"),
        ({"secret": 1}, "a dictionary"),
        (np.zeros((2, 3)), "a NumPy array of shape (2, 3)"),
        (np.zeros(0), "a NumPy array without any entry"),
        (slice(3), "a slice"),
    ],
)
def test_each_kind_has_a_noun_phrase(value, words):
    assert describe(value) == words


def test_the_shape_of_an_empty_array_is_not_repeated():
    assert "31415" not in describe(np.zeros((31415, 0)))


def test_tensors_are_called_tensors(torch):
    assert describe(torch.zeros(2, 3)) == "a PyTorch tensor of shape (2, 3)"


def test_handles_are_described_by_what_they_stand_for(handed_over):
    assert describe(handed_over(x for x in "ab")) == "a generator"
    assert describe(handed_over(zip("ab", "ab", strict=True))) == "a `zip` iterator"
    assert describe(handed_over(len)) == "a function"


def test_a_type_name_of_the_students_own_is_not_repeated(handed_over):
    told = type("the_hidden_input_was_42", (), {})()
    assert describe(handed_over(told)) == "an object of some other class"


@pytest.mark.parametrize("value", [True, np.True_, "1", None, decimal.Decimal(1), np.zeros(1)])
def test_only_numbers_are_numbers(value):
    assert not is_number(value)


def test_arrays_are_made_of_numbers_only():
    assert as_array([1, 2.5]).tolist() == [1.0, 2.5]
    assert as_array([True, False]) is None
    assert as_array([]) is None
    assert as_array("12") is None
    assert np.isposinf(as_array(10**400))
