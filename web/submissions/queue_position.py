"""Where runs stand, looked up at most once a second however many people watch theirs, and the same in words."""

import math
import threading
import time
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from records.database.base import Lane
from records.database.engine import clock
from records.queue import eta
from records.queue.eta import Standing
from records.submissions.models import Run

UNDERWAY: Final = "Your code is being graded."

_SECONDS: Final = 1.0


class Line:
    """The lines of both lanes as they were a moment ago; of one web process, for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_up: dict[Lane, tuple[float, Mapping[str, Standing]]] = {}

    def standing(self, session: Session, run: Run) -> Standing:
        """Return where a run stands."""
        if run.finished_at is not None:
            return Standing(run.state, 0, 0.0, 0)
        known = self._places(session, run.lane).get(run.id)
        if known is None:  # it came into the line since
            return eta.standing(session, run.id, clock(session))
        if known.state != run.state:
            return Standing(run.state, 0, known.eta_seconds, 0)
        return known

    def _places(self, session: Session, lane: Lane) -> Mapping[str, Standing]:
        with self._lock:  # who comes meanwhile waits for what is looked up already
            until, places = self._looked_up.get(lane, (0.0, {}))
            if time.monotonic() >= until:
                places = eta.places(session, lane, clock(session))
                self._looked_up[lane] = (time.monotonic() + _SECONDS, places)
            return places


def in_words(standing: Standing) -> str:
    """Return what a run that is not finished does now, for whoever waits for it."""
    if standing.state != "queued":
        return UNDERWAY
    those = "1 submission is" if standing.ahead == 1 else f"{standing.ahead} submissions are"
    place = f"{those} ahead of yours" if standing.ahead else "Yours is next"
    if standing.eta_seconds is None:
        return f"{place}. Nothing can be graded just now; it goes on by itself as soon as grading works again."
    return f"{place}; the score comes in {_soon(standing.eta_seconds)}."


def _soon(seconds: float) -> str:
    if seconds < 2:
        return "about a second"
    return f"about {math.ceil(seconds)} seconds" if seconds < 90 else f"about {math.ceil(seconds / 60)} minutes"
