"""Which process it was: its id alone would be given to another one day."""

import os
from pathlib import Path


def identity(pid: int | None = None) -> str:
    """Return what names a process of this machine for good, as PID.START; None for the one that asks."""
    pid = os.getpid() if pid is None else pid
    return f"{pid}.{_started(pid)}"


def lives(identity: str) -> bool:
    """Tell whether the process of an identity runs still."""
    pid, _, started = identity.partition(".")
    return bool(started) and _started(int(pid)) == started


def _started(pid: int) -> str:
    """Return when a process was started, in ticks since the machine was; "" where none of that number runs."""
    try:
        state, *others = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state == "Z" else others[18]
