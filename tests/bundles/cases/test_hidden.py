"""One call each, so that a submission can try something else in every one."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(24)
@pytest.mark.parametrize("i", range(24))
def test_case(student, reference, i):
    """Half more than {i}."""
    assert_close(student.case(i), reference.case(i))
