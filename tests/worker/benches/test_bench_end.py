"""A bench that is closed while its next sandbox is still being started."""

import os
import select
from pathlib import Path

import pytest

from tests.grading import grade
from worker.benches.bench import Bench
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service

CRASHES = "def double(x):\n    import os\n    os._exit(3)\n"


def orphaned_isolation() -> set[int]:
    """Return the living bubblewrap processes that have lost the process that began them."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name = (folder / "comm").read_text().strip()
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        if name == "bwrap" and parent == "1" and state != "Z":
            found.add(int(folder.name))
    return found


def ends(pid: int) -> bool:
    """Tell whether a process that was killed is gone before long."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 10)[0])
    finally:
        os.close(process)


def test_no_half_raised_isolation_is_left() -> None:
    before = orphaned_isolation()
    for _ in range(6):
        with Bench(Bubblewrap(), "numpy") as bench:
            assert grade(bench, "double", CRASHES).outcome == "graded"  # after which the sandbox is replaced

    assert [pid for pid in orphaned_isolation() - before if not ends(pid)] == []
