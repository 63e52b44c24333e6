"""The scheduler: it sweeps up runs and jobs whose worker was lost, and sends wake-ups that are missing.

Any number of schedulers may run: each sweep is one transaction, which only one of them is in at a time.
"""

import threading
import time
from typing import Final

import redis
import structlog
from prometheus_client import REGISTRY

from records.database.engine import Database, DatabaseGone, clock, open_database, try_lock
from records.queue import slots
from records.queue.jobs import sweep_jobs
from records.queue.runs import sweep_runs
from records.submissions.models import Run
from worker.monitoring import metrics
from worker.monitoring.logs import trace_of
from worker.queue.app import make_app
from worker.queue.broker import connect
from worker.queue.events import Events
from worker.queue.wakeups import top_up
from worker.settings import QUEUES, Queue, Settings

_LOG: Final = structlog.get_logger("gradeloop.scheduler")
_LOCK: Final = 0x67726164  # of PostgreSQL's advisory locks, ours


def run_scheduler(settings: Settings, stopping: threading.Event) -> None:
    """Sweep and top up until told to stop, and serve metrics."""
    database = open_database(settings.database_url)
    REGISTRY.register(metrics.QueueCollector(database))
    metrics.serve_metrics(settings.metrics_port)
    scheduler = Scheduler(settings, database)
    _LOG.info("ready", sweep_seconds=settings.sweep_seconds)
    while True:
        scheduler.round()
        if stopping.wait(settings.sweep_seconds):
            break
    scheduler.close()
    database.close()


class Scheduler:
    """The rounds of a scheduler."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._app = make_app(settings)
        self._broker = connect(settings.broker_url)
        self._events = Events(settings.broker_url)
        self._database_away = False
        self._broker_away = False
        self._unserved: set[tuple[Queue, str]] = set()
        self._patient_until = 0.0

    def close(self) -> None:
        """Close the connections to the broker."""
        self._events.close()
        self._broker.close()
        self._app.close()

    def round(self) -> None:
        """Sweep, then top up; what is away now waits for a later round."""
        try:
            if time.monotonic() >= self._patient_until:
                self._report(self._sweep())
            self._top_up()
        except DatabaseGone:
            if not self._database_away:
                _LOG.warning("the database is away")
            self._database_away = True
        except Exception as error:  # no tables yet, say
            _LOG.error("round failed", error=type(error).__name__, trace=trace_of(error))

    def _sweep(self) -> list[Run]:
        with self._database.write() as session:
            session.connection()  # connect now, so that a database that is away is noticed
            if self._database_away:
                self._be_patient()
                return []
            if not try_lock(session, _LOCK):
                return []
            now = clock(session)
            swept = sweep_runs(session, now, self._settings.max_tries)
            sweep_jobs(session, now, self._settings.max_tries)
            self._report_unserved({queue: slots.unserved(session, queue, now) for queue in QUEUES})
            slots.remove_silent_slots(session, now)
            return [*swept.requeued, *swept.ended]

    def _report(self, swept: list[Run]) -> None:
        for run in swept:
            log = _LOG.bind(run=run.id, tries=run.tries, queue=run.queue)
            if run.state == "queued":
                log.warning("run requeued: its worker was lost")
                metrics.SWEPT.labels("requeued").inc()
                self._events.publish(run.id, "queued", run.tries)
            else:
                log.error("run not graded: its worker was lost too often")
                metrics.SWEPT.labels("ended").inc()
                found = {"outcome": run.state, "score": None, "max_score": run.max_score, "message": run.message}
                self._events.publish(run.id, "finished", run.tries, **found, duration_ms=0.0)

    def _report_unserved(self, unserved: dict[Queue, dict[str, int]]) -> None:
        """Log once for each environment that no worker keeps benches for it."""
        found = {(queue, environment) for queue, waiting in unserved.items() for environment in waiting}
        for queue, environment in sorted(found - self._unserved):
            waiting = unserved[queue][environment]
            _LOG.error("no worker keeps benches for what waits", queue=queue, environment=environment, waiting=waiting)
        self._unserved = found

    def _be_patient(self) -> None:
        """Leave workers the time to renew leases that expired while the database was away."""
        _LOG.info("the database is back")
        self._database_away = False
        self._patient_until = time.monotonic() + min(self._settings.lease_seconds, 10.0)

    def _top_up(self) -> None:
        try:
            sent = top_up(self._app, self._broker, self._database)
        except redis.RedisError as error:
            if not self._broker_away:
                _LOG.warning("the broker is away", error=type(error).__name__)
            self._broker_away = True
            metrics.BROKER_UP.set(0)
            return
        if self._broker_away:
            _LOG.info("the broker is back")
        self._broker_away = False
        metrics.BROKER_UP.set(1)
        for queue, wakeups in sent.items():
            metrics.WAKEUPS_SENT.labels(queue).inc(wakeups)
            if wakeups:
                _LOG.info("wake-ups sent", queue=queue, wakeups=wakeups)
