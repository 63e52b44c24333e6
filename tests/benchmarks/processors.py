"""Where the processors' time goes while a service works: by process and by half of a bench."""

import os
from pathlib import Path
from typing import Final

from tests.benchmarks.containers import processor_seconds
from tests.services.server import family
from tests.services.service import Service, children

__all__ = ["processor_ms", "used_seconds"]

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SERVERS: Final = {"postgres": "PostgreSQL", "redis-server": "Redis"}


def used_seconds(service: Service) -> dict[str, float]:
    """Return the processor time that each part of a service has taken until now; the engine is left out."""
    halves = processor_seconds()
    workers = [service.processes[name].pid for name in ("interactive", "background")]
    used = {
        "submitting": _seconds(os.getpid()),
        "judges": halves["judge"],
        "sandboxes": halves["sandbox"],
        "workers": sum(_seconds(pid) for worker in workers for pid in family(worker)),
        "scheduler": _seconds(service.processes["scheduler"].pid),
    }
    for child in children(os.getpid()):
        server = _SERVERS.get(_command(child))
        if server is not None:
            used[server] = sum(_seconds(pid) for pid in family(child))
    return used


def processor_ms(before: dict[str, float], after: dict[str, float], submissions: int) -> dict[str, float]:
    """Return the milliseconds that each part took for a submission."""
    return {part: round((after[part] - before[part]) * 1000 / submissions, 1) for part in before}


def _seconds(pid: int) -> float:
    """Return what a process took itself; 0 where it is gone."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / _TICKS


def _command(pid: int) -> str:
    return _read(pid, "comm").strip()


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
