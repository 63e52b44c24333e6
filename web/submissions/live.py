"""Server-sent events of a run: its queue position, then its tests, then the end.

Each stream holds a thread of the web process, so their number is bounded, and each ends after a while; the client then
asks for what came after the last event that it has. While the broker is down there are no events, and the client is
sent "poll": it asks for the state instead.

Streams for pages and for programs differ only in how a test is rendered; see `streamed`.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import redis
from flask import Response, request, stream_with_context
from sqlalchemy.orm import Session

from grader.results.run import TestResult, Visibility
from records.courses.members import Member
from records.database.engine import clock
from records.queue.eta import QueuePosition
from records.submissions.attempts import shown_of
from records.submissions.models import FINISHED, Run, Submission
from web.extensions import Services, services
from web.submissions.presenters import TestView, test_view
from web.submissions.queue_position import in_words
from worker.queue.events import Event

_STREAM_SECONDS: Final = 60.0
_WAIT_MS: Final = 1000
_PLACE: Final = re.compile(r"\d{1,20}-\d{1,20}")

_ENDING: Final = threading.Event()

Render = Callable[[TestView], Mapping[str, Any]]


@dataclass
class Viewer:
    """Somebody who watches a run, and what they have been sent.

    Attributes:
        tries: the current try; events of earlier ones are dropped.
        visibilities: of the tests that may be sent.
        seen: points of the tests that ended, by name.
        explained: anchors of tests that were sent, by their diagnosis.
    """

    run_id: str
    tries: int
    visibilities: frozenset[Visibility]
    total_points: float
    seen: dict[str, float] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)


def viewer_of(session: Session, run: Run, submission: Submission, member: Member) -> Viewer | None:
    """Return a viewer of a run that they may see, or None if it is finished."""
    if run.finished_at is not None:
        return None
    bundle = services().bundles.of(run.version_hash)
    total = bundle.points_of(public_only=submission.kind == "check")
    visibilities = shown_of(session, submission, clock(session), staff=member.is_staff)
    return Viewer(run.id, run.tries, visibilities, float(total))


def streamed(viewer: Viewer | None, render: Render) -> Response:
    """Return the events of a run after the last one that the client has, until the run is finished.

    They are server-sent, each test as `render` returns it; 204 if there are none, or too many are watching.
    """
    if viewer is None or not services().streams.acquire(blocking=False):
        return Response(status=204)
    after = request.headers.get("Last-Event-ID", "0")
    text = stream_with_context(_stream(services(), viewer, after if _PLACE.fullmatch(after) else "0", render))
    answer = Response(text, mimetype="text/event-stream")
    answer.call_on_close(_once(services().streams.release))
    answer.headers["X-Accel-Buffering"] = "no"  # else a proxy would buffer the events
    return answer


def position_json(position: QueuePosition) -> dict[str, Any]:
    """Return a queue position as it is sent, with the same in words."""
    return {**asdict(position), "text": in_words(position)}


def progress_of(viewer: Viewer) -> dict[str, float | None]:
    """Return the points of the tests that ended, and of all; both None while the broker is down."""
    try:
        for event in services().announcer.events.read(viewer.run_id):
            _message_for(viewer, event, lambda _: {})
    except redis.RedisError:
        return {"done_points": None, "total_points": None}
    return _points(viewer)


def end_streams() -> None:
    """End all streams of this process within a second; clients reconnect to another process."""
    _ENDING.set()


def _once(release: Callable[[], None]) -> Callable[[], None]:
    left = iter([release])
    return lambda: next(left, lambda: None)()


def _stream(services: Services, viewer: Viewer, known: str, render: Render) -> Iterator[str]:
    ends_at = time.monotonic() + _STREAM_SECONDS
    after, sent = "0", None
    yield "retry: 500\n\n"
    while time.monotonic() < ends_at and not _ENDING.is_set():
        try:
            fresh = services.announcer.events.read(viewer.run_id, after, _WAIT_MS)
        except redis.RedisError:
            yield _message("poll", {})
            return
        for event in fresh:
            after = event.id
            message = _message_for(viewer, event, render)
            if message and _order(event.id) > _order(known):  # an earlier one only adds to the points
                yield message
            if event.kind == "finished" and message:
                return
        if not fresh or fresh[-1].kind == "queued":
            position = _position(services, viewer.run_id)
            if position.state in FINISHED:  # and its events have expired
                yield _message("finished", {})
                return
            if position != sent:
                yield _message("position", position_json(position))
            sent = position
            yield ": still here\n\n"


def _order(place: str) -> tuple[int, ...]:
    return tuple(map(int, place.split("-")))


def _message_for(viewer: Viewer, event: Event, render: Render) -> str:
    """Return what a viewer is sent of an event; "" for nothing."""
    tries = int(event.data["try"])
    if tries < viewer.tries:
        return ""
    if event.kind == "running":
        viewer.tries = tries
        viewer.seen.clear()
        viewer.explained.clear()
        return _message("started", {"try": tries}, event.id)
    if event.kind == "test":
        return _test(viewer, event, render)
    return _message("finished", {}, event.id) if event.kind == "finished" else ""


def _test(viewer: Viewer, event: Event, render: Render) -> str:
    test = TestResult.from_json(event.data["test"])
    viewer.seen[test.name] = test.max_points
    if test.visibility not in viewer.visibilities:
        return ""
    data = {"name": test.name, **render(test_view(test, viewer.explained)), **_points(viewer)}
    return _message("test", data, event.id)


def _points(viewer: Viewer) -> dict[str, float | None]:
    return {"done_points": round(sum(viewer.seen.values()), 4), "total_points": viewer.total_points}


def _position(services: Services, run_id: str) -> QueuePosition:
    with services.database.read() as session:
        return services.queue_positions.of(session, session.get_one(Run, run_id))


def _message(kind: str, data: Mapping[str, Any], event_id: str = "") -> str:
    place = f"id: {event_id}\n" if event_id else ""
    return f"{place}event: {kind}\ndata: {json.dumps(data)}\n\n"
