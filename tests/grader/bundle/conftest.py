"""A small bundle in good order, for tests to spoil."""

import pytest

MANIFEST = """\
title = "Double an array"
summary = "Return twice the array."
topics = ["arrays"]
order = 10
files = ["double.py"]
environment = "numpy"
"""

PUBLIC = '''\
import pytest


@pytest.mark.points(1)
def test_one_number(student):
    """The double of 2 is 4."""
    assert student.double(2.0) == 4.0
'''

HIDDEN = '''\
import pytest

pytestmark = pytest.mark.visibility("after_due_date")


@pytest.mark.points(0.1)
@pytest.mark.hint("Every number counts.")
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_any_shape(student, reference, rng, shape):
    """Arrays of shape {shape} are doubled."""


@pytest.mark.points(2)
class TestZero:
    @pytest.mark.visibility("hidden")
    def test_zero(self, student):
        """The double of 0 is 0."""
'''


@pytest.fixture
def files() -> dict[str, bytes]:
    """The files of a bundle without a problem."""
    return {
        "assignment.toml": MANIFEST.encode(),
        "prompt.md": b"Write `double`.\n",
        "starter.py": b"def double(x):\n    raise NotImplementedError\n",
        "reference.py": b"def double(x):\n    return 2 * x\n",
        "test_public.py": PUBLIC.encode(),
        "test_hidden.py": HIDDEN.encode(),
        "right/adding.py": b'"""Adds."""\n\n\ndef double(x):\n    return x + x\n',
        "wrong/square.py": b'"""You squared."""\n\n\ndef double(x):\n    return x**2\n',
        "cards.toml": b'[[cards]]\nfront = "What is $2x$?"\nback = "The double."\n',
    }
