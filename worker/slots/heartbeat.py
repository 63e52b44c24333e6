"""The heartbeat of a slot: a thread that says it lives, and keeps what it works on from being taken for lost."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

import structlog
from sqlalchemy.orm import Session

from records.database.engine import Database, DatabaseGone
from records.queue.slots import record_heartbeat, remove_slot
from worker.monitoring.logs import trace_of
from worker.settings import Queue

_LOG: Final = structlog.get_logger("gradeloop.heartbeat")
_LONGEST_SECONDS: Final = 4.0  # a slot that is silent for fifteen does not count as living
_RETRY_SECONDS: Final = 1.0


class _Held(NamedTuple):
    keep: Callable[[Session], bool]
    run_id: str | None


class Heartbeat:
    """Beats from `start` to `stop`; a database that is away is waited for.

    Args:
        database: where the beats go.
        slot: the slot's name.
        queue: its queue.
        lease_seconds: for how long each beat keeps what the slot works on.
        benches: tells, for each environment that the slot keeps benches for, why none can be had; "" where one can.
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
        self._held: _Held | None = None
        self._away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin, with a first beat at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and take the slot off the list of those that live."""
        self._stopping.set()
        self._thread.join(_LONGEST_SECONDS)
        try:
            with self._database.write() as session:
                remove_slot(session, self._slot)
        except DatabaseGone:
            self._log.info("the slot left without saying so: the database is away")

    @contextmanager
    def holding(self, keep: Callable[[Session], bool], run_id: str | None = None) -> Iterator[None]:
        """Keep a lease up while the slot works.

        Args:
            keep: extends the lease, and returns whether it was still ours.
            run_id: of the run that is graded, where it is one.
        """
        self._held = _Held(keep, run_id)
        try:
            yield
        finally:
            self._held = None

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = min(self._lease_seconds / 3, _LONGEST_SECONDS) if self._beat() else _RETRY_SECONDS

    def _beat(self) -> bool:
        held = self._held
        try:
            with self._database.write() as session:
                record_heartbeat(session, self._slot, self._queue, held.run_id if held else None, self._benches())
                kept = held is None or held.keep(session)
        except DatabaseGone:
            if not self._away:
                self._log.warning("no heartbeat: the database is away")
            self._away = True
            return False
        except Exception as error:
            self._log.error("no heartbeat", error=type(error).__name__, trace=trace_of(error))
            return False
        if self._away:
            self._log.info("the heart beats again")
        self._away = False
        if held is not None and not kept and self._held is held:
            self._log.warning("what the slot works on is somebody else's by now", run=held.run_id)
        return True
