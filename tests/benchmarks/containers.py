"""The containers of benches, and what they take, as the engine tells."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

import docker
from docker.models.containers import Container

from worker.isolation.docker.engine import OWNER_LABEL, ROLE_LABEL

__all__ = ["bench_containers", "peak_of_containers_mib", "processor_seconds"]


def bench_containers(owners: Set[int] | None = None) -> list[str]:
    """Return the ids of the running containers of benches, of all or of those that some processes own."""
    with _containers(owners) as containers:
        return [str(container.id) for container in containers]


def peak_of_containers_mib(owners: Set[int]) -> float:
    """Return the most memory that the containers of some processes' benches have taken, added up."""
    with _containers(owners) as containers:
        peaks = [_peak_bytes(_stats(container)["memory_stats"]) for container in containers]
    return round(sum(peaks) / 1024**2, 1)


def processor_seconds() -> dict[str, float]:
    """Return the processor time that the containers of all benches have taken, by role."""
    seconds = {"judge": 0.0, "sandbox": 0.0}
    with _containers(None) as containers:
        for container in containers:
            taken = _stats(container)["cpu_stats"]["cpu_usage"]["total_usage"]
            seconds[container.labels[ROLE_LABEL]] += taken / 1e9
    return seconds


@contextmanager
def _containers(owners: Set[int] | None) -> Iterator[list[Container]]:
    client = docker.from_env()
    try:
        found = client.containers.list(filters={"label": ROLE_LABEL, "status": "running"}, ignore_removed=True)
        yield [container for container in found if owners is None or _owner(container) in owners]
    finally:
        client.close()


def _owner(container: Container) -> int:
    return int(container.labels[OWNER_LABEL].partition(".")[0])


def _stats(container: Container) -> dict[str, Any]:
    stats: dict[str, Any] = container.client.api.stats(container.id, stream=False, one_shot=True)
    return stats


def _peak_bytes(memory: dict[str, Any]) -> int:
    """Return a container's peak; where the engine does not tell (control groups of version 2), what it takes now."""
    return int(memory.get("max_usage", memory["usage"]))
