"""Once more, in the same process or a new one."""

import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_it_is_all_text(student):
    """The attempts are told as text."""
    found = student.attempt()
    assert_close({name: type(text) is str for name, text in found.items()}, dict.fromkeys(found, True))
