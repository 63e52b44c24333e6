"""Times and what is told of them."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

__all__ = ["milliseconds", "per_second", "summary"]


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def summary(times: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and count of times in milliseconds."""
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[round(0.95 * (len(ordered) - 1))], 1),
        "count": len(ordered),
    }


def per_second(acts: Sequence[Callable[[], object]], rounds: int) -> float:
    """Return how many of some acts are done in a second, each over and over in a thread of its own."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(lambda act: [act() for _ in range(rounds)], acts))
    return round(len(acts) * rounds / (time.perf_counter() - begun), 2)
