"""An example that students can read."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_example(student):
    """Half more than 100 is 100.5."""
    assert_close(student.case(100), 100.5)
