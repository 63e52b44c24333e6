"""An example that students can read."""

import numpy as np
import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_example(student):
    """Doubling (1, 2, 3) gives (2, 4, 6)."""
    assert_close(student.double(np.array([1.0, 2.0, 3.0])), np.array([2.0, 4.0, 6.0]))
