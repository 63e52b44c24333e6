"""An example that students can read."""

import pytest
import torch

from grader.testing import assert_close


@pytest.mark.points(1)
def test_example(student):
    """Half more than 100 is 100.5."""
    assert_close(student.case(torch.full((3,), 100.0)), torch.full((3,), 100.5))
