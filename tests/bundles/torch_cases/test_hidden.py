"""One call each, so that a submission can try something else in every one."""

import pytest
import torch

from grader.testing import assert_close


@pytest.mark.points(16)
@pytest.mark.parametrize("i", range(16))
def test_case(student, reference, i):
    """Half more than {i}."""
    x = torch.full((3,), float(i))
    assert_close(student.case(x), reference.case(x))
