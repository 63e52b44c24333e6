"""Handles and requests between two peers, and the line they go over."""

import math
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from grader import limits
from grader.wire.handles import Handle
from grader.wire.link import LocalLink, PeerBroke, PeerClosed, PeerTimeout, SocketLink
from grader.wire.operations import OPERATIONS
from grader.wire.peer import ArgumentEffects, Peer, RemoteRaised, Reply, Request
from grader.wire.tree import WireError


class Things:
    """Answers requests about its attributes, as a sandbox does about a module's."""

    def __init__(self, **things: Any) -> None:
        self.things = things

    def handle(self, request: Request) -> Reply:
        try:
            return Reply(self.answer(request))
        except Exception as error:
            return Reply(raised={"type": type(error).__name__, "message": str(error), "bases": [], "frames": []})

    def answer(self, request: Request) -> Any:
        target: Any = request.target_object
        if request.operation == "get":
            return self.things[request.name] if target is None else getattr(target, request.name)
        if request.operation == "next":
            return next(((item,) for item in target), ())
        if request.name in OPERATIONS:
            return OPERATIONS[request.name](target, *request.arguments)
        return (getattr(target, request.name) if request.name else target)(*request.arguments, **request.keywords)


def peer_of(**things: Any) -> Peer:
    """Return a peer whose other side holds things."""
    link, back = LocalLink(), LocalLink()
    far = Peer(back, Things(**things).handle)
    near = Peer(link, Things().handle)
    link.other, back.other = far.answer, near.answer
    return near


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int) -> int:
        self.count += number
        return self.count


def test_an_object_is_used_where_it_is() -> None:
    counter = peer_of(counter=Counter()).get(0, "counter")

    assert (type(counter), counter.type_name, counter.kind) == (Handle, "Counter", "object")
    assert counter.add(2) == 2
    assert counter.add(number=3) == 5
    assert counter.count == 5


def test_a_handle_that_goes_back_is_the_object_again() -> None:
    counter = Counter()
    peer = peer_of(counter=counter, same=lambda thing: thing is counter)

    assert peer.get(0, "same")(peer.get(0, "counter")) is True


def test_an_iterator_is_read_item_by_item() -> None:
    read: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3):
            read.append(number)
            yield number

    handle = peer_of(numbers=numbers()).get(0, "numbers")

    assert next(handle) == 0
    assert read == [0]
    assert list(handle) == [1, 2]


def test_a_function_of_ours_is_called_from_there() -> None:
    peer = peer_of(apply=lambda f, x: f(x))

    assert peer.get(0, "apply")(lambda x: 10 * x, 4) == 40


@pytest.mark.parametrize("kind", [ValueError, TypeError, IndexError, RuntimeError])
def test_what_is_raised_there_can_be_caught_here_by_its_type(kind: type[Exception]) -> None:
    def f() -> None:
        raise kind("so it is")

    with pytest.raises(kind, match="so it is") as raised:
        peer_of(f=f).get(0, "f")()
    assert isinstance(raised.value, RemoteRaised)


def test_a_name_with_an_underscore_is_not_asked_for() -> None:
    with pytest.raises(AttributeError):
        peer_of(counter=Counter()).get(0, "counter").__array_interface__  # noqa: B018 - NumPy looks for it


def test_a_handle_that_was_never_handed_over_is_refused() -> None:
    with pytest.raises(WireError, match="a handle to nothing"):
        peer_of().answer(peer_of().encode(("call", 7, "", (), {})))


@pytest.fixture
def ends() -> Iterator[tuple[SocketLink, socket.socket]]:
    """A line with half a second left, and the bare other end of it."""
    near, far = socket.socketpair()
    link = SocketLink(near)
    link.deadline = time.monotonic() + 0.5
    with near, far:
        yield link, far


def header(kind: bytes, size: int) -> bytes:
    return struct.pack("<cI", kind, size)


def never(_: bytes) -> bytes:
    raise AssertionError


def test_an_answer_comes_back(ends: tuple[SocketLink, socket.socket]) -> None:
    link, far = ends
    far.sendall(header(b"A", 2) + b"ok")

    assert link.exchange(b"?", never) == b"ok"
    assert far.recv(100) == header(b"Q", 1) + b"?"


def test_questions_are_answered_meanwhile(ends: tuple[SocketLink, socket.socket]) -> None:
    link, far = ends
    far.sendall(header(b"Q", 3) + b"abc" + header(b"A", 2) + b"ok")

    assert link.exchange(b"?", bytes.upper) == b"ok"
    assert far.recv(100).endswith(header(b"A", 3) + b"ABC")


@pytest.mark.parametrize("sent", [header(b"X", 1), header(b"A", (1 << 32) - 1), b"HTTP/1.1 200 OK"])
def test_what_the_protocol_does_not_know_breaks_it(ends: tuple[SocketLink, socket.socket], sent: bytes) -> None:
    link, far = ends
    far.sendall(sent)

    with pytest.raises(PeerBroke):
        link.exchange(b"?", never)


def test_no_answer_ends_in_time(ends: tuple[SocketLink, socket.socket]) -> None:
    link, far = ends
    far.sendall(header(b"A", 100) + b"only a little")

    with pytest.raises(PeerTimeout):
        link.exchange(b"?", never)


def test_a_reader_that_does_not_read_ends_in_time(ends: tuple[SocketLink, socket.socket]) -> None:
    link, _ = ends

    with pytest.raises(PeerTimeout):
        link.exchange(bytes(8 << 20), never)


def test_a_line_that_was_closed_says_so(ends: tuple[SocketLink, socket.socket]) -> None:
    link, far = ends
    far.close()

    with pytest.raises(PeerClosed):
        link.exchange(b"?", never)


def test_a_line_that_this_side_closed_while_it_answered_says_so(ends: tuple[SocketLink, socket.socket]) -> None:
    link, far = ends
    far.sendall(header(b"Q", 1) + b"x")

    def closing(_: bytes) -> bytes:
        link._socket.close()  # as ending the sandbox in the middle of a callback does
        return b""

    with pytest.raises(PeerClosed):
        link.exchange(b"?", closing)


def test_questions_within_questions_end_somewhere() -> None:
    near, far = socket.socketpair()
    one, other = SocketLink(near), SocketLink(far)
    one.deadline = other.deadline = time.monotonic() + 5
    depth = [0]

    def deeper(link: SocketLink, _: bytes) -> bytes:
        depth[0] += 1
        return link.exchange(b"?", lambda frame: deeper(link, frame))

    with near, far:
        there = threading.Thread(target=lambda: other.serve(lambda frame: _hung_up(other, deeper, frame)))
        there.start()
        with pytest.raises((PeerBroke, PeerClosed)):
            one.exchange(b"?", lambda frame: deeper(one, frame))
        near.close()
        there.join()
    assert depth[0] < 100


def _hung_up(link: SocketLink, deeper: Any, frame: bytes) -> bytes:
    try:
        answer: bytes = deeper(link, frame)
    except (PeerBroke, PeerClosed):
        return b""
    return answer


def test_a_length_that_is_none_counts_as_none() -> None:
    class Odd:
        def __init__(self, length: Any) -> None:
            self.length = length

    def handle(request: Request) -> Reply:
        return Reply(odd.length if request.name == "__len__" else odd)

    for length in (-1, math.inf, "many", 10**9):
        odd = Odd(length)
        link, back = LocalLink(), LocalLink()
        far, near = Peer(back, handle), Peer(link, handle)
        link.other, back.other = far.answer, near.answer
        assert len(near.get(0, "odd")) == 0


def test_more_output_than_is_ever_kept_is_refused() -> None:
    def handle(_: Request) -> Reply:
        return Reply(1, ArgumentEffects(output="x" * (limits.MAX_CALL_OUTPUT_CHARACTERS + 1)))

    link = LocalLink()
    near, far = Peer(link, handle), Peer(LocalLink(), handle)
    link.other = far.answer
    with pytest.raises(WireError, match="an answer that is none"):
        near.call(0, "f", (), {})
