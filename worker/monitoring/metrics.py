"""Metrics for Prometheus.

The children of a worker write theirs to files in one folder, created at each start, and their parent serves the sum.
What is in the database, such as how many runs wait, is read on request, and any process can serve it.
"""

import os
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy.exc import SQLAlchemyError

from records.database.engine import Database, DatabaseGone, clock
from records.queue.runs import runs_waiting
from records.queue.slots import live_slots
from worker.settings import QUEUES

_WAIT_BUCKETS: Final = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800)
_RUN_BUCKETS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300, 600)

WAIT_SECONDS: Final = Histogram(
    "gradeloop_wait_seconds", "From submitting (or being released) to being claimed.", ["queue"], buckets=_WAIT_BUCKETS
)
RUN_SECONDS: Final = Histogram(
    "gradeloop_run_seconds", "From being claimed to being completed.", ["queue", "environment"], buckets=_RUN_BUCKETS
)
RUNS: Final = Counter(
    "gradeloop_runs", "Runs that ended: graded, not graded, or dropped (claimed by another).", ["queue", "outcome"]
)
RELEASED: Final = Counter("gradeloop_released", "Tries that ended without a result.", ["queue", "reason"])
REPLACED: Final = Counter(
    "gradeloop_bench_replacements", "Benches that were replaced.", ["queue", "environment", "reason"]
)
EVENTS_DROPPED: Final = Counter("gradeloop_events_dropped", "Live events that the broker did not take.")
SWEPT: Final = Counter("gradeloop_swept", "Runs whose worker was lost: requeued, or ended as not graded.", ["what"])
BROKER_UP: Final = Gauge("gradeloop_broker_up", "Whether the scheduler reaches the broker.", multiprocess_mode="max")
WAKEUPS_SENT: Final = Counter("gradeloop_wakeups_sent", "Wake-ups that the scheduler sent for lost ones.", ["queue"])


def serve_metrics(port: int) -> None:
    """Serve this process's metrics, and its children's, on all interfaces; port 0 for not at all."""
    if port:
        start_http_server(port, registry=_of_all_processes() if "PROMETHEUS_MULTIPROC_DIR" in os.environ else REGISTRY)


def queue_metrics(database: Database) -> bytes:
    """Return the metrics that are read from the database, in Prometheus's text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(QueueCollector(database))
    return generate_latest(registry)


class QueueCollector(Collector):
    """How many runs wait and how many slots are alive, by queue; and whether the database answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[Metric]:
        """Return the metrics' names without asking the database."""
        return iter(_empty())

    def collect(self) -> Iterator[Metric]:
        """Read them from the database."""
        depth, slots, up = _empty()
        try:
            self._read(depth, slots)
        except (DatabaseGone, SQLAlchemyError):  # the second where it lacks its tables
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
        yield from (depth, slots, up)

    def _read(self, depth: GaugeMetricFamily, slots: GaugeMetricFamily) -> None:
        with self._database.read() as session:
            now = clock(session)
            for queue in QUEUES:
                depth.add_metric([queue], runs_waiting(session, queue))
                slots.add_metric([queue], live_slots(session, queue, now))


def _empty() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("gradeloop_queue_depth", "Runs that wait.", labels=["queue"]),
        GaugeMetricFamily("gradeloop_live_slots", "Grading slots that are alive.", labels=["queue"]),
        GaugeMetricFamily("gradeloop_database_up", "Whether the database answers.", labels=[]),
    )


def _of_all_processes() -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
