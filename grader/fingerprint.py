"""The grading code that judge and sandbox carry, and its fingerprint: host, judge and sandbox need the same."""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# The allow-list of what images hold and bubblewrap shows: what judge and sandbox import. The rest (verify, exports) is
# for the host, and a change to it makes no image out of date.
CARRIED: Final = (
    "__init__.py",
    "bundle",
    "environments.py",
    "feedback",
    "fingerprint.py",
    "judge",
    "limits.py",
    "results",
    "sandbox",
    "selfcheck.py",
    "testing",
    "text.py",
    "wire",
)
_FOLDER: Final = Path(__file__).parent


def carried() -> list[Path]:
    """Return the files and folders of `CARRIED`, as they lie on this machine."""
    return [_FOLDER / name for name in CARRIED]


@functools.cache
def fingerprint() -> str:
    """Return a hash of the sources that host, judge and sandbox share."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(_FOLDER)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for path in carried():
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]
