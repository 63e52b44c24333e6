"""Which version of the grading code this is: host, judge and cell must be of one."""

import functools
import hashlib
from pathlib import Path
from typing import Final

_HOST_ALONE: Final = "records"  # not in the images of benches


@functools.cache
def fingerprint() -> str:
    """Return a hash of the sources that host, judge and cell share."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        if name.parts[0] != _HOST_ALONE:
            digest.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
