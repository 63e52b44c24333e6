"""Examples to read and to run: sizes, fractions of the whole, pairs that stay together, and the scaling."""

import numpy as np
import pytest

from grader.testing import assert_array, assert_close, assert_tuple


@pytest.mark.points(1)
def test_three_of_ten(student):
    """30 % of ten labels: three are chosen, seven are left, and none is in both."""
    indices = np.array([50, 51, 52, 53, 54, 55, 56, 57, 58, 59])
    rest, chosen = assert_tuple(student.split_once(indices, 0.3, seed=1), 2)
    assert_array(rest, shape=(7,), name="The rest")
    assert_array(chosen, shape=(3,), name="The chosen part")
    together = sorted([*rest.tolist(), *chosen.tolist()])
    assert together == indices.tolist(), "The two parts together should hold 50, 51, …, 59, each once."


@pytest.mark.points(1)
@pytest.mark.hint("0.2 of twenty is four; 0.2 of the sixteen that are left is not.")
def test_both_fractions_are_of_the_whole(student):
    """20 % and 20 % of twenty rows: twelve for training, four for validation, four for the test."""
    parts = assert_tuple(student.split_twice(np.arange(20), 0.2, 0.2, seed=1), 3)
    for part, size, name in zip(parts, (12, 4, 4), ("training", "validation", "test"), strict=True):
        assert_array(part, shape=(size,), name=f"The {name} part")


@pytest.mark.points(1)
def test_each_example_keeps_its_target(student):
    """Where X holds the row number and y ten times it, they still do after the split."""
    X = np.repeat(np.arange(10.0), 3).reshape(10, 3)
    y = 10 * np.arange(10.0)
    parts = assert_tuple(student.split_data(X, y, 0.2, 0.3, seed=1), 6)
    for i, name in enumerate(("training", "validation", "test")):
        part = assert_array(parts[i], shape=(None, 3), name=f"X of the {name} part")
        assert_close(parts[i + 3], 10 * part[:, 0], name=f"y of the {name} part")


@pytest.mark.points(1)
def test_scaling_a_small_example(student):
    """A training column 1, 2, …, 7 has mean 4 and deviation 2, so a 4 becomes 0 and a 10 becomes 3."""
    train = np.array([[1.0, 7, 4], [2, 6, 3], [3, 5, 2], [4, 4, 1], [5, 3, 7], [6, 2, 6], [7, 1, 5]])
    validation, test = np.arange(15.0).reshape(5, 3), np.arange(33.0).reshape(11, 3)
    parts = assert_tuple(student.standardise(train, validation, test), 3)
    assert_close(parts[0], (train - 4) / 2, name="The training part")
    assert_close(parts[1], (validation - 4) / 2, name="The validation part")
    assert_close(parts[2], (test - 4) / 2, name="The test part")
