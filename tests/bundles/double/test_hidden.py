"""The hidden suite."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(2)
@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.hint("Multiply by two.")
def test_double(student, reference, rng, size):
    """Doubling works for {size} random numbers."""
    x = rng.normal(size=size)
    assert_close(student.double(x), reference.double(x))


@pytest.mark.points(1)
def test_total(student, reference, rng):
    """The total is the sum of the entries."""
    x = rng.normal(size=7)
    assert_close(student.total(x), reference.total(x))
