"""The line between two peers: a request goes out, requests of the other side are answered, the answer comes back."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from grader import limits

_HEADER: Final = struct.Struct("<cI")
_REQUEST: Final = b"Q"
_REPLY: Final = b"A"
_CHUNK_BYTES: Final = 1 << 18

Responder = Callable[[bytes], bytes]


class PeerClosed(ConnectionError):
    """The other side hung up."""


class PeerBroke(ConnectionError):
    """The other side sent what the protocol does not know."""


class PeerTimeout(TimeoutError):
    """The other side did not answer before the deadline."""


class LocalLink:
    """A line within one process: the other side's answer is a call."""

    def __init__(self) -> None:
        self.other: Responder | None = None

    def exchange(self, request: bytes, answer: Responder) -> bytes:  # noqa: ARG002 - the other side has its own line back
        """Return the other side's answer to a request."""
        if self.other is None:
            raise PeerClosed("nobody is on the line")
        return self.other(request)


class SocketLink:
    """A line over a stream socket, with a deadline by the monotonic clock (None: wait for ever)."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._depth = 0
        self.deadline: float | None = None

    def exchange(self, request: bytes, answer: Responder) -> bytes:
        """Send a request and return its reply, answering the other side's own requests meanwhile.

        Raises:
            PeerTimeout: the deadline passed.
            PeerClosed: the line is down.
            PeerBroke: the other side broke the protocol.
        """
        self._send(_REQUEST, request)
        while True:
            kind, frame = self._receive()
            if kind == _REPLY:
                return frame
            self._answer(frame, answer)

    def serve(self, answer: Responder) -> None:
        """Answer requests until the other side hangs up."""
        try:
            while True:
                _, frame = self._receive()
                self._send(_REPLY, answer(frame))
        except (PeerClosed, PeerBroke):
            return

    def _answer(self, frame: bytes, answer: Responder) -> None:
        if self._depth >= limits.MAX_CALLBACK_DEPTH:
            raise PeerBroke("calls back and forth are nested too deep")
        self._depth += 1
        try:
            reply = answer(frame)
        finally:
            self._depth -= 1
        self._send(_REPLY, reply)

    def _send(self, kind: bytes, frame: bytes) -> None:
        with self._in_time():
            self._socket.sendall(_HEADER.pack(kind, len(frame)) + frame)

    def _receive(self) -> tuple[bytes, bytes]:
        kind, length = _HEADER.unpack(self._read(_HEADER.size))
        if kind not in (_REQUEST, _REPLY) or length > limits.MAX_FRAME_BYTES:
            raise PeerBroke("the other side broke the protocol")
        return kind, self._read(length)

    def _read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            with self._in_time():
                part = self._socket.recv(min(size, _CHUNK_BYTES))
            if not part:
                raise PeerClosed("the other side hung up")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Use the socket until the deadline, and tell its errors apart."""
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and left <= 0:
            raise PeerTimeout
        try:
            self._socket.settimeout(left)
            yield
        except TimeoutError as error:
            raise PeerTimeout from error
        except OSError as error:  # or this side has, while it answered a request
            raise PeerClosed("the other side hung up") from error


Link = LocalLink | SocketLink
