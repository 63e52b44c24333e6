"""What the tests of feedback share: the message of a failing check, and values that stay on the other side."""

from collections.abc import Callable
from itertools import islice
from types import ModuleType
from typing import Any

import pytest

from grader.feedback.failures import Failure
from grader.wire.link import LocalLink
from grader.wire.peer import Peer, Reply, Request


@pytest.fixture
def torch() -> ModuleType:
    """The module, where it is installed."""
    return pytest.importorskip("torch")


@pytest.fixture
def complaint() -> Callable[..., str]:
    """Run a check that must fail; return what it tells the student."""

    def message(check: Callable[..., object], *arguments: object, **keywords: object) -> str:
        with pytest.raises(Failure) as caught:
            check(*arguments, **keywords)
        return str(caught.value)

    return message


@pytest.fixture
def handed_over() -> Callable[[object], Any]:
    """Return a value as it arrives over the wire: as a handle, where it has no value form."""

    def receive(thing: object) -> Any:
        def answer(request: Request) -> Reply:
            match request.operation:
                case "load":
                    return Reply(thing)
                case "next":
                    return Reply(tuple(islice(request.target_object, 1)))
                case _:
                    return Reply(getattr(request.target_object, request.name)(*request.arguments))

        front, back = LocalLink(), LocalLink()
        inside, outside = Peer(back, answer), Peer(front, answer)
        front.other, back.other = inside.answer, outside.answer
        return outside.request(Request("load"))

    return receive
