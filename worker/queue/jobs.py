"""The jobs that a slot of the background queue works off, each with its lease, its progress, and an end in any case."""

import time
from collections.abc import Collection
from functools import partial
from typing import Final

import structlog

from records.database.engine import Database, DatabaseGone
from records.insights.fingerprints import Unavailable
from records.queue.jobs import ClaimedJob, claim_job, complete_job, release_job, renew_job
from worker.benches.grading import BenchError
from worker.isolation.isolation import IsolationUnavailable
from worker.monitoring.logs import trace_of
from worker.queue.job import TookTooLong, job
from worker.settings import Queue, Settings
from worker.slots.bundles import Bundles
from worker.slots.heartbeat import Heartbeat
from worker.slots.retries import patiently

_LOG: Final = structlog.get_logger("gradeloop.jobs")
_TAKE_SECONDS: Final = 5.0
_END_SECONDS: Final = 60.0
_PROGRESS_SECONDS: Final = 0.5


class Jobs:
    """Works off jobs, one at a time.

    Args:
        settings, queue: of the slot.
        database, bundles, heartbeat: the slot's.
    """

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        database: Database,
        bundles: Bundles,
        heartbeat: Heartbeat,
    ) -> None:
        self._settings = settings
        self._queue: Queue = queue
        self._database = database
        self._bundles = bundles
        self._heartbeat = heartbeat

    def work_on_next(self, environments: Collection[str]) -> bool:
        """Work on the job that has waited longest, and return whether there was one."""
        try:
            taken = patiently(lambda: self._take(environments), _TAKE_SECONDS)
        except DatabaseGone:
            return False
        if taken is None:
            return False
        keep = partial(renew_job, taken=taken, lease_seconds=self._settings.lease_seconds)
        said = {"job": taken.job_id, "kind": taken.kind, "tries": taken.tries}
        with structlog.contextvars.bound_contextvars(**said), self._heartbeat.holding(keep):
            self._work_on(taken)
        return True

    def _take(self, environments: Collection[str]) -> ClaimedJob | None:
        with self._database.write() as session:
            return claim_job(session, self._settings.lease_seconds, environments)

    def _work_on(self, taken: ClaimedJob) -> None:
        begun = time.monotonic()
        progress = _Progress(self._database, taken, self._settings.lease_seconds)
        try:
            report, gate_open = job(taken, self._database, self._bundles, self._settings, self._queue, progress)
        except (TookTooLong, Unavailable) as error:
            self._write(partial(complete_job, taken=taken, message=str(error)))
        except (IsolationUnavailable, BenchError, DatabaseGone) as error:
            _LOG.warning("the job is given back", reason=str(error))
            self._give_back(taken, str(error))
        except Exception as error:
            _LOG.error("the job broke", error=type(error).__name__, trace=trace_of(error))
            self._give_back(taken, f"It broke: {type(error).__name__}.")
        else:
            self._write(partial(complete_job, taken=taken, report=report, gate_open=gate_open))
            _LOG.info("job finished", gate_open=gate_open, seconds=round(time.monotonic() - begun, 1))

    def _give_back(self, taken: ClaimedJob, reason: str) -> None:
        max_tries = self._settings.max_tries
        self._write(partial(release_job, taken=taken, reason=reason, max_tries=max_tries))

    def _write(self, change: partial[bool]) -> None:
        def write() -> bool:
            with self._database.write() as session:
                return change(session)

        try:
            patiently(write, _END_SECONDS)
        except DatabaseGone:
            _LOG.warning("the database is away: the job will be begun again")


class _Progress:
    """Notes how far a job is, so often that it looks alive and no more."""

    def __init__(self, database: Database, taken: ClaimedJob, lease_seconds: float) -> None:
        self._database = database
        self._taken = taken
        self._lease_seconds = lease_seconds
        self._silent_until = 0.0

    def __call__(self, done: int, total: int, doing: str) -> None:
        now = time.monotonic()
        if now < self._silent_until and done < total:
            return
        self._silent_until = now + _PROGRESS_SECONDS
        try:
            with self._database.write() as session:
                renew_job(session, self._taken, self._lease_seconds, (done, total, doing))
        except DatabaseGone:
            return  # the heartbeat waits for it
