"""An example that students can read."""

import numpy as np
import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_example(student):
    """The clipped mean of (-1, 0.5, 3) is 0.5."""
    assert_close(student.score(np.array([-1.0, 0.5, 3.0])), 0.5)
