"""Files of other people, opened so that no link is followed, no pipe waited for and no memory filled."""

import errno
import os
import stat
from pathlib import Path

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
TOO_LARGE = "is too large"
REASONS = {
    errno.ELOOP: "is a symbolic link",
    errno.ENOENT: "does not exist",
    errno.ENXIO: "is not a regular file",
}


class UnreadableError(Exception):
    """A path whose bytes are not taken; the text is the end of a sentence that begins with its name."""


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file of at most `max_bytes`; raise UnreadableError for anything else."""
    try:
        descriptor = os.open(path, FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableError(REASONS.get(getattr(error, "errno", 0), "cannot be read")) from error
    try:
        return _read(descriptor, max_bytes)
    finally:
        os.close(descriptor)


def _read(descriptor: int, max_bytes: int) -> bytes:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError("is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is not a regular file")
    if status.st_size > max_bytes:
        raise UnreadableError(TOO_LARGE)
    with open(descriptor, "rb", closefd=False) as stream:
        data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:  # it grew
        raise UnreadableError(TOO_LARGE)
    return data
