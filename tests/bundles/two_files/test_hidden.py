"""The hidden suite."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(3)
def test_score(student, reference, rng):
    """The score is the mean of the clipped entries."""
    x = rng.normal(size=12)
    assert_close(student.score(x), reference.score(x))
