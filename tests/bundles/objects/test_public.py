"""An example that students can read."""

import pytest

from grader.testing import assert_close, assert_iterable


@pytest.mark.points(1)
def test_evens(student):
    """The first even numbers are 0, 2 and 4."""
    assert_close(assert_iterable(student.evens(3)), [0, 2, 4])
