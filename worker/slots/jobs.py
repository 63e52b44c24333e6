"""The jobs of a slot of the background queue: each is claimed, worked on with its progress shown, and ended."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from records.database.engine import Database, DatabaseGone
from records.insights.fingerprints import Unavailable
from records.queue.jobs import ClaimedJob, claim_job, complete_job, release_job, report_progress
from worker.benches.grading import BenchError
from worker.isolation.base import IsolationUnavailable
from worker.monitoring.logs import trace_of
from worker.settings import Queue, Settings
from worker.slots.bundles import Bundles
from worker.slots.heartbeat import Heartbeat
from worker.slots.job_attempt import TookTooLong, attempt_job
from worker.slots.retries import retry_while_away

_LOG: Final = structlog.get_logger("gradeloop.jobs")
_CLAIM_SECONDS: Final = 5.0
_END_SECONDS: Final = 60.0
_PROGRESS_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Jobs:
    """Works on the jobs of a slot, one at a time."""

    settings: Settings
    queue: Queue
    database: Database
    bundles: Bundles
    heartbeat: Heartbeat

    def work_on_next(self, environments: Collection[str]) -> bool:
        """Work on the job that has waited longest, and return whether there was one."""
        try:
            claimed = retry_while_away(lambda: self._claim(environments), _CLAIM_SECONDS)
        except DatabaseGone:
            return False
        if claimed is None:
            return False
        labels = {"job": claimed.id, "kind": claimed.kind, "tries": claimed.tries}
        with structlog.contextvars.bound_contextvars(**labels), self.heartbeat.renewing(claimed):
            self._work_on(claimed)
        return True

    def _claim(self, environments: Collection[str]) -> ClaimedJob | None:
        with self.database.write() as session:
            return claim_job(session, self.settings.lease_seconds, environments)

    def _work_on(self, claimed: ClaimedJob) -> None:
        begun = time.monotonic()
        progress = _Progress(self.database, claimed, self.settings.lease_seconds)
        try:
            report, gate_open = attempt_job(claimed, self.database, self.bundles, self.settings, self.queue, progress)
        except (TookTooLong, Unavailable) as error:
            self._write(partial(complete_job, claimed=claimed, message=str(error)))
        except (IsolationUnavailable, BenchError, DatabaseGone) as error:
            _LOG.warning("job released", reason=str(error))
            self._release(claimed, str(error))
        except Exception as error:
            _LOG.error("the job broke", error=type(error).__name__, trace=trace_of(error))
            self._release(claimed, f"It broke: {type(error).__name__}.")
        else:
            self._write(partial(complete_job, claimed=claimed, report=report, gate_open=gate_open))
            _LOG.info("job finished", gate_open=gate_open, seconds=round(time.monotonic() - begun, 1))

    def _release(self, claimed: ClaimedJob, reason: str) -> None:
        self._write(partial(release_job, claimed=claimed, reason=reason, max_tries=self.settings.max_tries))

    def _write(self, change: partial[bool]) -> None:
        def write() -> bool:
            with self.database.write() as session:
                return change(session)

        try:
            retry_while_away(write, _END_SECONDS)
        except DatabaseGone:
            _LOG.warning("job abandoned; its lease will expire: the database is away")


@dataclass
class _Progress:
    """Stores how far a job is and renews its lease, at most twice a second."""

    database: Database
    claimed: ClaimedJob
    lease_seconds: float
    silent_until: float = 0.0

    def __call__(self, done: int, total: int, doing: str) -> None:
        now = time.monotonic()
        if now < self.silent_until and done < total:
            return
        self.silent_until = now + _PROGRESS_SECONDS
        try:
            with self.database.write() as session:
                report_progress(session, self.claimed, self.lease_seconds, (done, total, doing))
        except DatabaseGone:
            return  # a later report will do
