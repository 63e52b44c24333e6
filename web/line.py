"""Where runs stand, looked up at most once a second however many people watch theirs."""

import threading
import time
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from grader import records

__all__ = ["Line"]

_SECONDS: Final = 1.0


class Line:
    """The lines of both lanes as they were a moment ago; of one web process, for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_up: dict[records.Lane, tuple[float, Mapping[str, records.Standing]]] = {}

    def standing(self, session: Session, run: records.Run) -> records.Standing:
        """Return where a run stands."""
        if run.finished_at is not None:
            return records.Standing(run.state, 0, 0.0, 0)
        known = self._places(session, run.lane).get(run.id)
        if known is None:  # it came into the line since
            return records.standing(session, run.id, records.clock(session))
        if known.state != run.state:
            return records.Standing(run.state, 0, known.eta_seconds, 0)
        return known

    def _places(self, session: Session, lane: records.Lane) -> Mapping[str, records.Standing]:
        with self._lock:  # who comes meanwhile waits for what is looked up already
            until, places = self._looked_up.get(lane, (0.0, {}))
            if time.monotonic() >= until:
                places = records.places(session, lane, records.clock(session))
                self._looked_up[lane] = (time.monotonic() + _SECONDS, places)
            return places
