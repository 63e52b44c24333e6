"""The events of a run for the page that watches it: places in the queue, then tests, then the end.

Each stream holds a thread of the web process, so their number is bounded, and each ends after a while; the browser then
asks for what came after the last event that it has.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import redis
from flask import render_template, stream_with_context

from grader import records, results
from grader.pictures import Picture
from web.panels import test_view
from web.parts import Parts
from worker.queue.events import Event

__all__ = ["MAX_STREAMS", "Viewer", "free_stream", "stream"]

MAX_STREAMS: Final = 40  # of one web process
_STREAM_SECONDS: Final = 60.0
_WAIT_MS: Final = 1000
_PLACE: Final = re.compile(r"\d{1,20}-\d{1,20}")

_STREAMS: Final = threading.BoundedSemaphore(MAX_STREAMS)


def free_stream() -> Callable[[], None] | None:
    """Return what frees a stream again, or None where all are taken."""
    if not _STREAMS.acquire(blocking=False):
        return None
    once = iter([_STREAMS.release])
    return lambda: next(once, lambda: None)()


@dataclass
class Viewer:
    """What a stream has told.

    Attributes:
        run_id: whose events are told.
        tries: events of earlier tries count no more.
        visibilities: of which tests something is told.
        total_points: of all tests that are run.
        seen: the points of the tests that ended, by name.
    """

    run_id: str
    tries: int
    visibilities: frozenset[results.Visibility]
    total_points: float
    seen: dict[str, float] = field(default_factory=dict)


def stream(parts: Parts, viewer: Viewer, after: str) -> Iterator[str]:
    """Return the text of a stream of events, after the event of an id."""
    return stream_with_context(_stream(parts, viewer, after if _PLACE.fullmatch(after) else "0"))


def _stream(parts: Parts, viewer: Viewer, after: str) -> Iterator[str]:
    ends_at = time.monotonic() + _STREAM_SECONDS
    told = None
    yield "retry: 500\n\n"
    while time.monotonic() < ends_at:
        try:
            fresh = parts.intake.events.read(viewer.run_id, after, _WAIT_MS)
        except redis.RedisError:
            return  # the page asks for the state instead
        for event in fresh:
            after = event.id
            yield from _told(viewer, event)
            if event.kind == "finished":
                return
        if not fresh or fresh[-1].kind == "queued":
            standing = _standing(parts, viewer.run_id)
            if standing.state in records.FINISHED:  # and the broker has forgotten it
                yield _message("finished", {})
                return
            if standing != told:
                yield _message("standing", _shown(standing))
            told = standing
            yield ": still here\n\n"


def _told(viewer: Viewer, event: Event) -> Iterator[str]:
    """Yield what an event is to the page."""
    tries = int(event.data["try"])
    if tries < viewer.tries:
        return
    if event.kind == "running":
        viewer.tries = tries
        viewer.seen.clear()
        yield _message("started", {"try": tries}, event.id)
    elif event.kind == "test":
        yield from _test(viewer, event)
    elif event.kind == "finished":
        yield _message("finished", {}, event.id)


def _test(viewer: Viewer, event: Event) -> Iterator[str]:
    data = dict(event.data["test"])
    data["pictures"] = tuple(Picture.from_json(picture) for picture in data.get("pictures", ()))
    test = results.TestResult(**data)
    viewer.seen[test.name] = test.max_points
    if test.visibility not in viewer.visibilities:
        return
    view = test_view(test)
    html = render_template("_test.html", test=view)
    points = {"done_points": round(sum(viewer.seen.values()), 4), "total_points": viewer.total_points}
    yield _message("test", {"name": test.name, "html": html, **points}, event.id)


def _standing(parts: Parts, run_id: str) -> records.Standing:
    with parts.database.read() as session:
        return records.standing(session, run_id, records.clock(session))


def _shown(standing: records.Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "position": standing.position,
        "ahead": standing.ahead,
        "eta_seconds": standing.eta_seconds,
    }


def _message(kind: str, data: dict[str, Any], event_id: str = "") -> str:
    place = f"id: {event_id}\n" if event_id else ""
    return f"{place}event: {kind}\ndata: {json.dumps(data)}\n\n"
