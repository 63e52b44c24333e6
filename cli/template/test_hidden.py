"""The hidden suite; a test's docstring is the title that students read."""

import pytest

from grader.testing import assert_arguments_unchanged, assert_close


@pytest.mark.points(3)
@pytest.mark.parametrize("n", [1, 7, 20])
@pytest.mark.hint("Write the sum for n = 3 on paper, and compare it with your code term by term.")
def test_agrees_with_the_formula(student, reference, rng, n):
    """The error is the mean of the squared differences, for n = {n} random predictions."""
    predictions, targets = rng.normal(size=n), rng.normal(size=n)
    expected = reference.mean_squared_error(predictions, targets)
    assert_close(student.mean_squared_error(predictions, targets), expected)


@pytest.mark.points(1)
def test_leaves_its_arguments_alone(student, rng):
    """The arguments are the same after the call."""
    student.mean_squared_error(rng.normal(size=5), rng.normal(size=5))
    assert_arguments_unchanged(student)
