"""A worker: Celery's prefork pool, in which each child keeps a slot."""

import os
import secrets
import socket
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog
from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, Reject
from celery.signals import setup_logging, worker_process_init, worker_process_shutdown, worker_ready

from worker.isolation.choice import choose_isolation
from worker.monitoring.logs import set_up_logs, trace_of
from worker.monitoring.metrics import serve_metrics
from worker.queue.app import GRADE_NEXT, make_app
from worker.settings import Queue, Settings
from worker.slots.slot import Slot

_LOG: Final = structlog.get_logger("gradeloop.worker")
# What a worker itself computes for a run is a quarter of it; the benches have a weight of their own.
_BACKGROUND_NICENESS: Final = 19
_PAUSE_SECONDS: Final = 1.0  # before a child that could not open its slot is followed by another

_slot: Slot | None = None  # of this process


def serve(settings: Settings, queue: Queue) -> int:
    """Grade the runs of a queue until SIGTERM or SIGINT, then let those under way finish; return an exit status."""
    set_up_logs(settings)
    if queue == "background":
        _let_others_go_first()
    isolation, why = choose_isolation(settings, queue)
    _LOG.info("isolation chosen", isolation=isolation.name, why=why)
    # Chosen once: a child that starts while the engine does not answer must not take the weaker isolation.
    settings = settings.model_copy(update={"isolation": isolation.name.lower()})
    # Who may start containers is as good as root, and isolation takes all privileges away.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    app = make_app(settings)
    app.task(name=GRADE_NEXT)(grade_next)
    children = _Children(settings, queue, app)
    setup_logging.connect(children.set_up_logs, weak=False)
    worker_process_init.connect(children.begin, weak=False)
    worker_process_shutdown.connect(children.end, weak=False)
    worker_ready.connect(children.ready, weak=False)
    worker = app.Worker(
        hostname=f"{queue}-{os.getpid()}@{socket.gethostname()}",
        queues=[queue],
        pool="prefork",
        concurrency=settings.slots(queue),
        optimization="fair",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def grade_next() -> None:
    """Work on what is next; the one Celery task. Where this process has no slot, the wake-up is for another."""
    if _slot is None:
        raise Reject("no slot", requeue=True)
    _slot.grade_next()


def _keep_slot(slot: Slot | None) -> None:
    global _slot
    _slot = slot


def _let_others_go_first() -> None:
    """Give way to other processes: a student waits for those, and nobody for background work."""
    os.nice(_BACKGROUND_NICENESS)
    if os.getsid(0) == os.getpid():
        # Where the kernel shares the processors out by session, niceness counts within each; this session is our own.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(_BACKGROUND_NICENESS))


class _Children:
    """What the parent and the children of a worker do when Celery signals."""

    def __init__(self, settings: Settings, queue: Queue, app: Celery) -> None:
        self._settings = settings
        self._queue: Queue = queue
        self._app = app
        self._slot: Slot | None = None
        self.worker = f"{socket.gethostname()}/{queue}-{secrets.token_hex(4)}"

    def set_up_logs(self, **_: Any) -> None:
        """Keep Celery from setting up logs of its own."""

    def begin(self, **_: Any) -> None:
        """Open the slot of a child that starts; a child that cannot ends, and the parent starts another."""
        try:
            self._slot = Slot(self._settings, self._queue, self.worker, self._app)
            structlog.contextvars.bind_contextvars(queue=self._queue, slot=self._slot.name)
            self._slot.__enter__()
        except Exception as error:  # Celery would continue silently, and this child waste wake-ups
            _LOG.error("no slot can be opened", error=type(error).__name__, trace=trace_of(error))
            time.sleep(_PAUSE_SECONDS)
            raise SystemExit(1) from error
        _keep_slot(self._slot)

    def end(self, **_: Any) -> None:
        """Close the slot when its child ends regularly."""
        _keep_slot(None)
        if self._slot is not None:
            self._slot.__exit__(None, None, None)

    def ready(self, **_: Any) -> None:
        """Serve metrics, now that the parent listens to the queue."""
        # When the broker goes away, Celery warns of a default that we do not leave to it; it has just asked for that.
        warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
        serve_metrics(self._settings.metrics_port)
        _LOG.info("ready", queue=self._queue, slots=self._settings.slots(self._queue))
