"""The heartbeat of a slot: a thread that reports it alive and renews the lease of what it works on."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import structlog

from records.database.engine import Database, DatabaseGone
from records.queue import leases
from records.queue.leases import Claimed
from records.queue.runs import ClaimedRun
from records.queue.slots import record_heartbeat, remove_slot
from worker.monitoring.logs import trace_of
from worker.settings import Queue

_LOG: Final = structlog.get_logger("gradeloop.heartbeat")
_LONGEST_SECONDS: Final = 4.0  # a slot that is silent for fifteen does not count as alive
_RETRY_SECONDS: Final = 1.0


class Heartbeat:
    """Beats from `start` to `stop`, and goes on when the database is back after it was away.

    Each beat extends the lease of what the slot works on by `lease_seconds`. `benches` returns, for each environment
    that the slot keeps benches for, why none is available; "" where one is.
    """

    def __init__(
        self,
        database: Database,
        slot: str,
        queue: Queue,
        lease_seconds: float,
        benches: Callable[[], Mapping[str, str]],
    ) -> None:
        self._database = database
        self._slot = slot
        self._queue = queue
        self._lease_seconds = lease_seconds
        self._benches = benches
        self._log = _LOG.bind(queue=queue, slot=slot)
        self._claimed: Claimed | None = None
        self._away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Start, with a first beat at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and remove the slot from the live ones."""
        self._stopping.set()
        self._thread.join(_LONGEST_SECONDS)
        try:
            with self._database.write() as session:
                remove_slot(session, self._slot)
        except DatabaseGone:
            self._log.info("slot not removed: the database is away")

    @contextmanager
    def renewing(self, claimed: Claimed) -> Iterator[None]:
        """Renew the lease of a run or job while the slot works on it."""
        self._claimed = claimed
        try:
            yield
        finally:
            self._claimed = None

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = min(self._lease_seconds / 3, _LONGEST_SECONDS) if self._beat() else _RETRY_SECONDS

    def _beat(self) -> bool:
        claimed = self._claimed
        run_id = claimed.id if isinstance(claimed, ClaimedRun) else None
        try:
            with self._database.write() as session:
                record_heartbeat(session, self._slot, self._queue, run_id, self._benches())
                renewed = claimed is None or leases.renew(session, claimed.model, claimed, self._lease_seconds)
        except DatabaseGone:
            if not self._away:
                self._log.warning("no heartbeat: the database is away")
            self._away = True
            return False
        except Exception as error:
            self._log.error("no heartbeat", error=type(error).__name__, trace=trace_of(error))
            return False
        if self._away:
            self._log.info("heartbeat: the database is back")
        self._away = False
        if claimed is not None and not renewed and self._claimed is claimed:
            self._log.warning("the claim is no longer in force", claimed=claimed.id)
        return True
