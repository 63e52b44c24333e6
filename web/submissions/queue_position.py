"""Queue positions of runs, looked up at most once a second however many people watch, and the same in words."""

import math
import threading
import time
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from records.database.base import Queue
from records.database.engine import clock
from records.queue import eta
from records.queue.eta import QueuePosition
from records.submissions.models import Run

UNDERWAY: Final = "Your code is being graded."

_SECONDS: Final = 1.0


class QueuePositions:
    """The positions in both queues as of a moment ago, shared by the threads of a web process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_up: dict[Queue, tuple[float, Mapping[str, QueuePosition]]] = {}

    def of(self, session: Session, run: Run) -> QueuePosition:
        """Return a run's queue position."""
        if run.finished_at is not None:
            return QueuePosition(run.state, 0, 0.0, 0)
        known = self._look_up(session, run.queue).get(run.id)
        if known is None:  # it was queued since
            return eta.queue_position(session, run.id, clock(session))
        if known.state != run.state:
            return QueuePosition(run.state, 0, known.eta_seconds, 0)
        return known

    def _look_up(self, session: Session, queue: Queue) -> Mapping[str, QueuePosition]:
        with self._lock:  # others wait for the look-up that is under way
            until, positions = self._looked_up.get(queue, (0.0, {}))
            if time.monotonic() >= until:
                positions = eta.positions_in(session, queue, clock(session))
                self._looked_up[queue] = (time.monotonic() + _SECONDS, positions)
            return positions


def in_words(position: QueuePosition) -> str:
    """Return what a run that is not finished does now, for whoever waits for it."""
    if position.state != "queued":
        return UNDERWAY
    those = "1 submission is" if position.ahead == 1 else f"{position.ahead} submissions are"
    before = f"{those} ahead of yours" if position.ahead else "Yours is next"
    if position.eta_seconds is None:
        return f"{before}. Nothing can be graded just now; grading resumes by itself as soon as possible."
    return f"{before}; the score comes in {_soon(position.eta_seconds)}."


def _soon(seconds: float) -> str:
    if seconds < 2:
        return "about a second"
    return f"about {math.ceil(seconds)} seconds" if seconds < 90 else f"about {math.ceil(seconds / 60)} minutes"
