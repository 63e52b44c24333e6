"""Messages between our own processes: a length and msgpack, no handles, no student values."""

import os
import select
import struct
import time
from typing import Any, Final

import msgpack

_LENGTH: Final = struct.Struct("<I")
_MAX_BYTES: Final = 64 * 1024 * 1024


class MessagesEnded(ConnectionError):
    """The process at the other end is gone, or does not keep to the form."""


def write_message(descriptor: int, message: dict[str, Any]) -> None:
    """Write one message to a pipe or socket.

    Raises:
        MessagesEnded: nobody reads any more.
    """
    data = msgpack.packb(message)
    view = memoryview(_LENGTH.pack(len(data)) + data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BrokenPipeError as error:
        raise MessagesEnded("nobody reads any more") from error


def read_message(descriptor: int, deadline: float | None = None) -> dict[str, Any]:
    """Read one message from a pipe or socket; the deadline is by the monotonic clock, None waits for ever.

    Raises:
        MessagesEnded: the other end closed, or sent what is no message.
        TimeoutError: the deadline passed.
    """
    (length,) = _LENGTH.unpack(_read(descriptor, _LENGTH.size, deadline))
    if length > _MAX_BYTES:
        raise MessagesEnded("a message that is too long")
    message = msgpack.unpackb(_read(descriptor, length, deadline), strict_map_key=False)
    if type(message) is not dict:
        raise MessagesEnded("a message that is none")
    return message


def _read(descriptor: int, size: int, deadline: float | None) -> bytes:
    data = bytearray()
    while len(data) < size:
        if deadline is not None and not readable(descriptor, max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError("no message came in time")
        part = os.read(descriptor, size - len(data))
        if not part:
            raise MessagesEnded("the other process is gone")
        data += part
    return bytes(data)


def readable(descriptor: int, milliseconds: float) -> bool:
    """Tell whether there is something to read, or to be told of an end, within a while."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(milliseconds))
