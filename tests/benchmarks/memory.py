"""How much memory a tree of processes takes, shared pages counted once, and what it holds open."""

from pathlib import Path

__all__ = ["open_files", "proportional_mib"]


def proportional_mib(pids: set[int]) -> float:
    """Return the memory of processes in MiB, each shared page divided among those that share it."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return round(total / 1024, 1)


def open_files(pids: set[int]) -> int:
    """Return how many descriptors processes hold."""
    count = 0
    for pid in pids:
        try:
            count += len(list(Path(f"/proc/{pid}/fd").iterdir()))
        except OSError:
            continue
    return count
