"""A slot: what one worker child keeps, and how it treats one run.

The rules. Our fault is never a zero: a grading that fails for our reasons is given back and begun anew, up to
`max_tries`, and ends then as "not graded". A run that no bench could be had for was not begun: it is given back free of
charge, and the slot leaves such runs alone until there is a bench. What a slot found out about a run that is somebody
else's by then is dropped. Where the database is away, a result waits for it; where the broker is, only events are lost.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, Self

import structlog
from celery import Celery

from grader.results.run import RunResult, TestResult
from records.database.engine import DatabaseGone, open_database
from records.queue import runs
from records.queue.runs import ClaimedRun, claim_run, complete_run
from records.submissions import models
from worker.benches.identity import identity
from worker.benches.pool import Reason, open_pool
from worker.monitoring import metrics
from worker.monitoring.logs import trace_of
from worker.queue.events import EventKind, Events
from worker.queue.jobs import Jobs
from worker.queue.wakeups import send_token
from worker.settings import ENVIRONMENTS, Environment, Queue, Settings
from worker.slots.attempt import NoBench, attempt
from worker.slots.bundles import Bundles
from worker.slots.heartbeat import Heartbeat
from worker.slots.leftovers import put_back_leftovers, slot_name
from worker.slots.retries import Pauses, patiently

_LOG: Final = structlog.get_logger("gradeloop.slot")
_HOLD_SECONDS: Final = 5.0  # how long a wake-up waits for a bench or for the database; then the scheduler sends another
_FINISH_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1
_IDLE_SECONDS: Final = 1.0


class Slot:
    """Grades one run at a time; use it as a context manager.

    Args:
        settings: the service's.
        queue: whose runs it takes.
        worker: the name of the worker that this process is a child of; no other has the same.
        app: sends the wake-ups of runs that are given back.
    """

    def __init__(self, settings: Settings, queue: Queue, worker: str, app: Celery) -> None:
        self._settings = settings
        self._queue: Queue = queue
        self._worker = worker
        self.name = slot_name(worker, identity())
        self._app = app
        self._kept = [environment for environment in ENVIRONMENTS if settings.benches(environment)]
        self._pauses = Pauses()
        self._database = open_database(settings.database_url)
        self._bundles = Bundles(self._database)
        self._events = Events(settings.broker_url)
        self._pool = open_pool(settings, queue, self._count_replacement)
        self._heartbeat = Heartbeat(self._database, self.name, queue, settings.lease_seconds, self._pool.troubles)
        jobs = Jobs(settings, queue, self._database, self._bundles, self._heartbeat)
        self._turns: list[Callable[[list[Environment]], bool]] = (
            [jobs.work_on_next, self._grade_one] if queue == "background" else [self._grade_one]
        )
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.callback(self._database.close)
            opening.callback(self._events.close)
            opening.enter_context(self._pool)
            self._put_back_leftovers()
            self._heartbeat.start()
            opening.callback(self._heartbeat.stop)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def grade_next(self) -> None:
        """Work on what is next, if something waits that there is a bench for.

        In the background queue jobs and runs take turns, where both wait; a job goes first, for somebody waits for it.
        """
        environments = self._environments()
        for work in list(self._turns):
            if work(environments):
                self._turns.remove(work)
                self._turns.append(work)
                return
        if len(environments) < len(self._kept):
            time.sleep(_IDLE_SECONDS)  # there may be wake-ups for every run that is left alone now

    def _grade_one(self, environments: list[Environment]) -> bool:
        """Grade the run whose turn it is, and return whether there was one."""
        taken = self._take_patiently(environments) if environments else None
        if taken is None:
            return False
        keep = partial(
            runs.renew_run, run_id=taken.run_id, claim=taken.claim, lease_seconds=self._settings.lease_seconds
        )
        said = {"run": taken.run_id, "tries": taken.tries, "assignment": taken.slug}
        with structlog.contextvars.bound_contextvars(**said), self._heartbeat.holding(keep, taken.run_id):
            try:
                self._work_on(taken)
            except Exception as error:  # the lease ends, and the run is begun anew
                _LOG.error("the run was lost hold of", error=type(error).__name__, trace=trace_of(error))
        return True

    def _put_back_leftovers(self) -> None:
        try:
            back = put_back_leftovers(self._database, self._worker, self._settings.max_tries)
        except Exception as error:  # the database is away, or has no tables yet; their leases end all the same
            _LOG.warning("what dead children had taken is left to its leases", error=type(error).__name__)
            return
        for run in back:
            metrics.GIVEN_BACK.labels(self._queue, "process died").inc()
            self._events.publish(run.id, "queued", run.tries)
            send_token(self._app, self._queue)

    def _environments(self) -> list[Environment]:
        """Return those that there may be a bench for now; where there are none, wait a little for one."""
        deadline = time.monotonic() + _HOLD_SECONDS
        while True:
            ready, pausing = self._pool.ready(), self._pauses.pausing()
            found: list[Environment] = [
                environment for environment in self._kept if ready[environment] or environment not in pausing
            ]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(_LOOK_SECONDS)

    def _take_patiently(self, environments: list[Environment]) -> ClaimedRun | None:
        try:
            return patiently(lambda: self._take(environments), _HOLD_SECONDS)
        except DatabaseGone:
            return None
        except Exception as error:  # no tables yet, say
            _LOG.error("nothing can be taken", error=type(error).__name__, trace=trace_of(error))
            time.sleep(_IDLE_SECONDS)
            return None

    def _take(self, environments: list[Environment]) -> ClaimedRun | None:
        with self._database.write() as session:
            return claim_run(session, self._queue, self.name, self._settings.lease_seconds, environments)

    def _work_on(self, taken: ClaimedRun) -> None:
        begun = time.monotonic()
        metrics.WAIT_SECONDS.labels(self._queue).observe(taken.waited_seconds)
        self._say(taken, "running", queue=self._queue, assignment=taken.slug)
        try:
            run = attempt(taken, self._bundles, self._pool, lambda test: self._say_test(taken, test))
        except NoBench as reason:
            pause = self._pauses.failed(taken.environment)
            _LOG.warning("no bench", environment=taken.environment, pause_seconds=pause, reason=str(reason))
            self._give_back(taken, charge=False, kind="no bench", reason=str(reason))
            return
        self._pauses.worked(taken.environment)
        if run.outcome == "graded" or taken.tries >= self._settings.max_tries:
            self._finish(taken, run, begun)
        else:
            _LOG.warning("not graded: given back", message_characters=len(run.message))
            self._give_back(taken, charge=True, kind="not graded", reason=run.message)

    def _finish(self, taken: ClaimedRun, run: RunResult, begun: float) -> None:
        if not patiently(lambda: self._record(taken, run), _FINISH_SECONDS):
            metrics.RUNS.labels(self._queue, "dropped").inc()
            _LOG.warning("the result is dropped: the run is somebody else's by now")
            return
        seconds = time.monotonic() - begun
        metrics.RUN_SECONDS.labels(self._queue, taken.environment).observe(seconds)
        metrics.RUNS.labels(self._queue, run.outcome).inc()
        told = {"outcome": run.outcome, "score": run.score, "max_score": run.max_score}
        self._say(taken, "finished", **told, message=run.message, duration_ms=run.duration_ms)
        _LOG.info("run finished", outcome=run.outcome, milliseconds=round(seconds * 1000), tests=len(run.tests))

    def _record(self, taken: ClaimedRun, run: RunResult) -> bool:
        """Store a result; True as well where it was stored before, by a commit that the database did not confirm."""
        with self._database.write() as session:
            if complete_run(session, taken.run_id, taken.claim, run):
                return True
            found = session.get_one(models.Run, taken.run_id)
            return (found.state, found.seed) == (run.outcome, run.seed)

    def _give_back(self, taken: ClaimedRun, *, charge: bool, kind: str, reason: str) -> None:
        def give_back() -> bool:
            with self._database.write() as session:
                return runs.release_run(session, taken.run_id, taken.claim, charge=charge, reason=reason)

        if not patiently(give_back, _FINISH_SECONDS):
            return
        metrics.GIVEN_BACK.labels(self._queue, kind).inc()
        self._say(taken, "queued")
        if charge and taken.tries == 1:
            send_token(self._app, self._queue)  # later tries wait for the scheduler: what broke may mend meanwhile

    def _say(self, taken: ClaimedRun, event: EventKind, **data: Any) -> None:
        if not self._events.publish(taken.run_id, event, taken.tries, **data):
            metrics.EVENTS_DROPPED.inc()

    def _say_test(self, taken: ClaimedRun, test: TestResult) -> None:
        self._say(taken, "test", test=test.to_json())

    def _count_replacement(self, environment: str, reason: Reason) -> None:
        metrics.REPLACED.labels(self._queue, environment, reason).inc()
