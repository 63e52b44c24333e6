"""A failure carries a message for everyone and a detail for public tests."""

import builtins
import pickle

import pytest

from grader.testing.failure import Failure

PLAIN_EXCEPTIONS = [
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, ExceptionGroup | AssertionError)
]


def test_its_text_is_the_message_alone():
    failure = Failure("Look again.", detail="You returned: 3")
    assert str(failure) == failure.message == "Look again."
    assert failure.detail == "You returned: 3"


def test_it_is_an_assertion_that_failed():
    with pytest.raises(AssertionError):
        raise Failure("Look again.")


@pytest.mark.parametrize("kind", PLAIN_EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_it_can_be_a_builtin_exception_too(kind):
    both = type("Both", (Failure, kind), {})("Look again.", detail="line 3")
    assert isinstance(both, kind)
    assert (str(both), both.detail) == ("Look again.", "line 3")


def test_it_survives_pickling():
    copy = pickle.loads(pickle.dumps(Failure("Look again.", detail="line 3")))
    assert (copy.message, copy.detail) == ("Look again.", "line 3")
