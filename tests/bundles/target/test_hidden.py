"""The hidden suite: its inputs are the same in every run, so that a leak of them can be seen."""

import numpy as np
import pytest

from grader.testing import assert_close

SECRET = np.array([31337.25, 271828.5, 8675309.75])


@pytest.mark.points(2)
def test_double(student, reference):
    """Doubling works for numbers that students do not see."""
    assert_close(student.double(SECRET), reference.double(SECRET))


@pytest.mark.points(1)
def test_total(student, reference):
    """The total is the sum of the entries."""
    assert_close(student.total(SECRET), reference.total(SECRET))
