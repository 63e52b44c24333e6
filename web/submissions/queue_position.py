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

    def standing(self, session: Session, run: Run) -> QueuePosition:
        """Return a run's position."""
        if run.finished_at is not None:
            return QueuePosition(run.state, 0, 0.0, 0)
        known = self._places(session, run.queue).get(run.id)
        if known is None:  # queued since
            return eta.queue_position(session, run.id, clock(session))
        if known.state != run.state:
            return QueuePosition(run.state, 0, known.eta_seconds, 0)
        return known

    def _places(self, session: Session, queue: Queue) -> Mapping[str, QueuePosition]:
        with self._lock:  # other threads wait, then use what was looked up
            until, places = self._looked_up.get(queue, (0.0, {}))
            if time.monotonic() >= until:
                places = eta.positions_in(session, queue, clock(session))
                self._looked_up[queue] = (time.monotonic() + _SECONDS, places)
            return places


def in_words(standing: QueuePosition) -> str:
    """Return the position of an unfinished run as a sentence for its student."""
    if standing.state != "queued":
        return UNDERWAY
    those = "1 submission is" if standing.ahead == 1 else f"{standing.ahead} submissions are"
    place = f"{those} ahead of yours" if standing.ahead else "Yours is next"
    if standing.eta_seconds is None:
        return f"{place}. Nothing can be graded just now; grading resumes by itself as soon as possible."
    return f"{place}; the score comes in {_soon(standing.eta_seconds)}."


def _soon(seconds: float) -> str:
    if seconds < 2:
        return "about a second"
    return f"about {math.ceil(seconds)} seconds" if seconds < 90 else f"about {math.ceil(seconds / 60)} minutes"
