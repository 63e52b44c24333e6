"""What student code reports of its own attempts."""

import pytest

from grader.testing import Failure


@pytest.mark.points(1)
def test_every_attempt_is_denied(student):
    """Every attempt is denied."""
    found = student.attempt()
    if type(found) is not dict or not found:
        raise Failure("Nothing was tried.")
    gained = {name: text for name, text in found.items() if type(text) is not str or not text.startswith("denied")}
    if gained:
        raise Failure("Something was gained.", detail="\n".join(f"{name}: {text}" for name, text in gained.items()))
