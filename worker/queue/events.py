"""Live events of a run, which a student watches while it is graded.

Each run has a stream in the broker, `gradeloop:run:ID`, which ends an hour after its last event. Events are best
effort: where the broker is away they are dropped, and the database still holds the result.

Every event has `event`, its kind, and `try`: how often the run was begun by then. A run that is begun again starts
over: events with a lower `try` no longer count.

    queued     waits, or waits again
    running    is being graded: `queue`, `assignment` (slug)
    test       a test ended, or was diagnosed: `test`, its result as in docs/results.md; the later one of a name counts
    finished   `outcome`, `score`, `max_score`, `message`, `duration_ms`, as in docs/results.md

`test` events hold every test, hidden ones too, and text that the student's code printed: whoever shows them keeps to
`visibility`, and treats all text as data.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import redis
import structlog

from worker.queue.broker import SOCKET_SECONDS, connect

EventKind = Literal["queued", "running", "test", "finished"]

_LOG: Final = structlog.get_logger("gradeloop.events")
_KEPT_EVENTS: Final = 2000
_KEPT_SECONDS: Final = 3600
_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Event:
    """One event, and its id in the stream, after which reading continues."""

    id: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> EventKind:
        """What happened."""
        kind: EventKind = self.data["event"]
        return kind


class Events:
    """The streams of all runs, in the broker at a URL."""

    def __init__(self, url: str) -> None:
        self._broker = connect(url)
        self._silent_until = 0.0

    def close(self) -> None:
        """Close the connections."""
        self._broker.close()

    def publish(self, run_id: str, event: EventKind, tries: int, **data: Any) -> bool:
        """Add an event to a run's stream; return whether the broker took it."""
        if time.monotonic() < self._silent_until:
            return False  # else each test of a run would wait for a broker that does not answer
        text = json.dumps({"event": event, "try": tries, **data}, separators=(",", ":"))
        try:
            with self._broker.pipeline(transaction=False) as pipe:
                pipe.xadd(_key(run_id), {"data": text}, maxlen=_KEPT_EVENTS, approximate=True)
                pipe.expire(_key(run_id), _KEPT_SECONDS)
                pipe.execute()
        except redis.RedisError as error:
            self._fall_silent(error)
            return False
        self._silent_until = 0.0
        return True

    def read(self, run_id: str, after: str = "0", block_ms: int = 0) -> list[Event]:
        """Return a run's events after the one of an id, oldest first; "0" for all there are.

        Waits for the first of them so many milliseconds, at most a second or so. Raises RedisError without a broker.
        """
        block = min(block_ms, int(SOCKET_SECONDS * 500)) or None
        streams: Any = self._broker.xread({_key(run_id): after}, block=block)
        return [Event(place, json.loads(fields["data"])) for _, entries in streams for place, fields in entries]

    def _fall_silent(self, error: redis.RedisError) -> None:
        if self._silent_until == 0.0:
            _LOG.warning("events are dropped: the broker is away", error=type(error).__name__)
        self._silent_until = time.monotonic() + _PAUSE_SECONDS


def _key(run_id: str) -> str:
    return f"gradeloop:run:{run_id}"
