"""Examples that students can read; what their code prints here is shown to them."""

import numpy as np
import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_example(student):
    """The predictions (1, 2, 4) for the targets (0, 4, 6) have the error 3."""
    assert_close(student.mean_squared_error(np.array([1.0, 2.0, 4.0]), np.array([0.0, 4.0, 6.0])), 3.0)
