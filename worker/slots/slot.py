"""A slot: what one worker child keeps, and how it treats one run.

The rules. Our fault is never a zero: a grading that fails for our reasons is released and begun again, `max_tries`
times in all, then ends as "not graded". A run without an available bench was not begun: it is released uncharged, and
the slot leaves runs of that environment alone until there is a bench. The result of a run whose claim is no longer in
force is dropped. Where the database is away, a result waits for it; where the broker is, only events are lost.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final, Self

import structlog
from celery import Celery

from grader.environments import ENVIRONMENT_NAMES, EnvironmentName
from grader.results.run import RunResult, TestResult
from records.database.engine import DatabaseGone, open_database
from records.queue.runs import ClaimedRun, claim_run, complete_run, release_run
from records.submissions import models
from worker.benches.identity import identity
from worker.benches.pool import Pool, Reason
from worker.isolation.choice import choose_isolation
from worker.monitoring import metrics
from worker.monitoring.logs import trace_of
from worker.queue.events import EventKind, Events
from worker.queue.wakeups import send_wakeup
from worker.settings import Queue, Settings
from worker.slots.attempt import NoBench, attempt
from worker.slots.bundles import Bundles
from worker.slots.heartbeat import Heartbeat
from worker.slots.jobs import Jobs
from worker.slots.leftovers import release_leftovers
from worker.slots.retries import Pauses, retry_while_away

_LOG: Final = structlog.get_logger("gradeloop.slot")
_HOLD_SECONDS: Final = 5.0  # how long a wake-up waits for a bench or for the database; then the scheduler sends another
_COMPLETE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1
_IDLE_SECONDS: Final = 1.0


class Slot:
    """Grades one run at a time; use it as a context manager.

    `worker` is the name of the worker that this process is a child of; no other has the same.
    """

    def __init__(self, settings: Settings, queue: Queue, worker: str, app: Celery) -> None:
        self._settings = settings
        self._queue: Queue = queue
        self._worker = worker
        self.name = f"{worker}/{identity()}"
        self._app = app
        self._kept = [environment for environment in ENVIRONMENT_NAMES if settings.benches(environment)]
        self._pauses = Pauses()
        self._database = open_database(settings.database_url)
        self._bundles = Bundles(self._database)
        self._events = Events(settings.broker_url)
        isolation, _ = choose_isolation(settings, queue)
        sizes: dict[str, int] = {environment: settings.benches(environment) for environment in ENVIRONMENT_NAMES}
        self._pool = Pool(isolation, sizes, settings.runs_per_bench, self._count_replacement)
        self._heartbeat = Heartbeat(self._database, self.name, queue, settings.lease_seconds, self._pool.troubles)
        jobs = Jobs(settings, queue, self._database, self._bundles, self._heartbeat)
        self._next_work: list[Callable[[list[EnvironmentName]], bool]] = (
            [jobs.work_on_next, self._grade_one] if queue == "background" else [self._grade_one]
        )
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.callback(self._database.close)
            opening.callback(self._events.close)
            opening.enter_context(self._pool)
            self._release_leftovers()
            self._heartbeat.start()
            opening.callback(self._heartbeat.stop)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def grade_next(self) -> None:
        """Work on what is next, if something waits that has a bench.

        In the background queue jobs and runs take turns, where both wait; a job goes first, for somebody waits for it.
        """
        environments = self._environments()
        for work in list(self._next_work):
            if work(environments):
                self._next_work.remove(work)
                self._next_work.append(work)
                return
        if len(environments) < len(self._kept):
            time.sleep(_IDLE_SECONDS)  # there may be wake-ups for every run that is left alone now

    def _grade_one(self, environments: list[EnvironmentName]) -> bool:
        claimed = self._claim_retrying(environments) if environments else None
        if claimed is None:
            return False
        labels = {"run": claimed.id, "tries": claimed.tries, "assignment": claimed.slug}
        with structlog.contextvars.bound_contextvars(**labels), self._heartbeat.renewing(claimed):
            try:
                self._work_on(claimed)
            except Exception as error:
                _LOG.error("run abandoned; its lease will expire", error=type(error).__name__, trace=trace_of(error))
        return True

    def _release_leftovers(self) -> None:
        try:
            released = release_leftovers(self._database, self._worker, self._settings.max_tries)
        except Exception as error:  # the database is away, or has no tables yet; the leases expire all the same
            _LOG.warning("leftovers of dead children are left to their leases", error=type(error).__name__)
            return
        for run in released:
            metrics.RELEASED.labels(self._queue, "process died").inc()
            self._events.publish(run.id, "queued", run.tries)
            send_wakeup(self._app, self._queue)

    def _environments(self) -> list[EnvironmentName]:
        """Return the environments that may have a bench now; where none has, wait a little for one."""
        deadline = time.monotonic() + _HOLD_SECONDS
        while True:
            ready, pausing = self._pool.ready(), self._pauses.pausing()
            found: list[EnvironmentName] = [
                environment for environment in self._kept if ready[environment] or environment not in pausing
            ]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(_LOOK_SECONDS)

    def _claim_retrying(self, environments: list[EnvironmentName]) -> ClaimedRun | None:
        try:
            return retry_while_away(lambda: self._claim(environments), _HOLD_SECONDS)
        except DatabaseGone:
            return None
        except Exception as error:  # no tables yet, say
            _LOG.error("nothing can be claimed", error=type(error).__name__, trace=trace_of(error))
            time.sleep(_IDLE_SECONDS)
            return None

    def _claim(self, environments: list[EnvironmentName]) -> ClaimedRun | None:
        with self._database.write() as session:
            return claim_run(session, self._queue, self.name, self._settings.lease_seconds, environments)

    def _work_on(self, claimed: ClaimedRun) -> None:
        begun = time.monotonic()
        metrics.WAIT_SECONDS.labels(self._queue).observe(claimed.waited_seconds)
        self._publish(claimed, "running", queue=self._queue, assignment=claimed.slug)
        try:
            run = attempt(claimed, self._bundles, self._pool, lambda test: self._publish_test(claimed, test))
        except NoBench as reason:
            pause = self._pauses.failed(claimed.environment)
            _LOG.warning("no bench", environment=claimed.environment, pause_seconds=pause, reason=str(reason))
            self._release(claimed, charge=False, kind="no bench", reason=str(reason))
            return
        self._pauses.worked(claimed.environment)
        if run.outcome == "graded" or claimed.tries >= self._settings.max_tries:
            self._complete(claimed, run, begun)
        else:
            _LOG.warning("run released: not graded", message_characters=len(run.message))
            self._release(claimed, charge=True, kind="not graded", reason=run.message)

    def _complete(self, claimed: ClaimedRun, run: RunResult, begun: float) -> None:
        if not retry_while_away(lambda: self._record(claimed, run), _COMPLETE_SECONDS):
            metrics.RUNS.labels(self._queue, "dropped").inc()
            _LOG.warning("result dropped: the claim is no longer in force")
            return
        seconds = time.monotonic() - begun
        metrics.RUN_SECONDS.labels(self._queue, claimed.environment).observe(seconds)
        metrics.RUNS.labels(self._queue, run.outcome).inc()
        found = {"outcome": run.outcome, "score": run.score, "max_score": run.max_score}
        self._publish(claimed, "finished", **found, message=run.message, duration_ms=run.duration_ms)
        _LOG.info("run finished", outcome=run.outcome, milliseconds=round(seconds * 1000), tests=len(run.tests))

    def _record(self, claimed: ClaimedRun, run: RunResult) -> bool:
        """Store a result; True as well where it was stored before, by a commit that the database did not confirm."""
        with self._database.write() as session:
            if complete_run(session, claimed, run):
                return True
            found = session.get_one(models.Run, claimed.id)
            return (found.state, found.seed) == (run.outcome, run.seed)

    def _release(self, claimed: ClaimedRun, *, charge: bool, kind: str, reason: str) -> None:
        def release() -> bool:
            with self._database.write() as session:
                return release_run(session, claimed, charge=charge, reason=reason)

        if not retry_while_away(release, _COMPLETE_SECONDS):
            return
        metrics.RELEASED.labels(self._queue, kind).inc()
        self._publish(claimed, "queued")
        if charge and claimed.tries == 1:
            send_wakeup(self._app, self._queue)  # later tries wait for the scheduler: what broke may mend meanwhile

    def _publish(self, claimed: ClaimedRun, event: EventKind, **data: Any) -> None:
        if not self._events.publish(claimed.id, event, claimed.tries, **data):
            metrics.EVENTS_DROPPED.inc()

    def _publish_test(self, claimed: ClaimedRun, test: TestResult) -> None:
        self._publish(claimed, "test", test=test.to_json())

    def _count_replacement(self, environment: str, reason: Reason) -> None:
        metrics.REPLACED.labels(self._queue, environment, reason).inc()
