"""How much memory a tree of processes takes, shared pages counted once, and what it holds open."""

from pathlib import Path

__all__ = ["descendants", "open_files", "proportional_mib"]


def descendants(pid: int) -> set[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # gone meanwhile
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = set(), [pid]
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting += children.get(current, [])
    return found


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
