"""Which version of the grading code this is: host, judge and sandbox must be of one."""

import functools
import hashlib
from pathlib import Path


@functools.cache
def fingerprint() -> str:
    """Return a hash of the sources that host, judge and sandbox share."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
