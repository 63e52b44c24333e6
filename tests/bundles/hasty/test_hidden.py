"""One call each, so that a submission can try something else in every one."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(6)
@pytest.mark.parametrize("i", range(6))
def test_case(student, reference, i):
    """Half more than {i}."""
    assert_close(student.case(i), reference.case(i))
