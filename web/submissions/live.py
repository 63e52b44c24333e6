"""The events of a run for whoever watches it: places in the queue, then tests, then the end.

Each stream holds a thread of the web process, so their number is bounded, and each ends after a while; the watcher then
asks for what came after the last event that it has. Where the broker is away there are no events, and the watcher is
told to ask for the state instead.

What a page and a program are told differs only in how a test is written; see `streamed`.
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
from records.submissions.models import FINISHED, Run, Submission
from records.submissions.scores import shown_of
from web.extensions import Services, services
from web.submissions.presenters import TestView, test_view
from web.submissions.queue_position import in_words
from worker.queue.events import Event

_STREAM_SECONDS: Final = 60.0
_WAIT_MS: Final = 1000
_PLACE: Final = re.compile(r"\d{1,20}-\d{1,20}")

_ENDING: Final = threading.Event()

Shown = Callable[[TestView], Mapping[str, Any]]


@dataclass
class Viewer:
    """What a stream has told.

    Attributes:
        run_id: whose events are told.
        tries: events of earlier tries count no more.
        visibilities: of which tests something is told.
        total_points: of all tests that are run.
        seen: the points of the tests that ended, by name.
        explained: the anchors of tests that were told, by their diagnosis.
    """

    run_id: str
    tries: int
    visibilities: frozenset[Visibility]
    total_points: float
    seen: dict[str, float] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)


def viewer_of(session: Session, run: Run, submission: Submission, member: Member) -> Viewer | None:
    """Return somebody who watches a run that they may see; None where it is finished, so nothing more happens."""
    if run.finished_at is not None:
        return None
    bundle = services().bundles.of(run.version_hash)
    total = bundle.points_of(public_only=submission.kind == "check")
    visibilities = shown_of(session, submission, clock(session), staff=member.is_staff)
    return Viewer(run.id, run.tries, visibilities, float(total))


def streamed(viewer: Viewer | None, shown: Shown) -> Response:
    """Answer with what happens to a run, after the last event that the watcher has, until it is finished.

    Args:
        viewer: who watches; None where nothing more happens.
        shown: returns what is told of a test, besides its name and the points.

    Returns:
        server-sent events, or 204 where there are none, or where too many are watching.
    """
    if viewer is None or not services().streams.acquire(blocking=False):
        return Response(status=204)
    after = request.headers.get("Last-Event-ID", "0")
    text = stream_with_context(_stream(services(), viewer, after if _PLACE.fullmatch(after) else "0", shown))
    answer = Response(text, mimetype="text/event-stream")
    answer.call_on_close(_once(services().streams.release))
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that waits for more would hold back what happened
    return answer


def standing_of(standing: QueuePosition) -> dict[str, Any]:
    """Return where a run stands as it is told, with the same in words."""
    return {**asdict(standing), "text": in_words(standing)}


def progress_of(viewer: Viewer) -> dict[str, float | None]:
    """Return how many points are decided by now, and of how many; None where the broker is away, which alone knows."""
    try:
        for event in services().submitter.events.read(viewer.run_id):
            _told(viewer, event, lambda _: {})
    except redis.RedisError:
        return {"done_points": None, "total_points": None}
    return _points(viewer)


def end_streams() -> None:
    """Have all streams of this process end within a second: it is about to end, and watchers go on with another."""
    _ENDING.set()


def _once(release: Callable[[], None]) -> Callable[[], None]:
    left = iter([release])
    return lambda: next(left, lambda: None)()


def _stream(services: Services, viewer: Viewer, known: str, shown: Shown) -> Iterator[str]:
    ends_at = time.monotonic() + _STREAM_SECONDS
    after, told = "0", None
    yield "retry: 500\n\n"
    while time.monotonic() < ends_at and not _ENDING.is_set():
        try:
            fresh = services.submitter.events.read(viewer.run_id, after, _WAIT_MS)
        except redis.RedisError:
            yield _message("poll", {})
            return
        for event in fresh:
            after = event.id
            news = _told(viewer, event, shown)
            if news and _order(event.id) > _order(known):  # else it only counts for the sum of points
                yield news
            if event.kind == "finished" and news:
                return
        if not fresh or fresh[-1].kind == "queued":
            standing = _standing(services, viewer.run_id)
            if standing.state in FINISHED:  # and the broker has forgotten it
                yield _message("finished", {})
                return
            if standing != told:
                yield _message("standing", standing_of(standing))
            told = standing
            yield ": still here\n\n"


def _order(place: str) -> tuple[int, ...]:
    return tuple(map(int, place.split("-")))


def _told(viewer: Viewer, event: Event, shown: Shown) -> str:
    """Return what an event is to the watcher; "" for nothing."""
    tries = int(event.data["try"])
    if tries < viewer.tries:
        return ""
    if event.kind == "running":
        viewer.tries = tries
        viewer.seen.clear()
        viewer.explained.clear()
        return _message("started", {"try": tries}, event.id)
    if event.kind == "test":
        return _test(viewer, event, shown)
    return _message("finished", {}, event.id) if event.kind == "finished" else ""


def _test(viewer: Viewer, event: Event, shown: Shown) -> str:
    test = TestResult.from_json(event.data["test"])
    viewer.seen[test.name] = test.max_points
    if test.visibility not in viewer.visibilities:
        return ""
    told = {"name": test.name, **shown(test_view(test, viewer.explained)), **_points(viewer)}
    return _message("test", told, event.id)


def _points(viewer: Viewer) -> dict[str, float | None]:
    return {"done_points": round(sum(viewer.seen.values()), 4), "total_points": viewer.total_points}


def _standing(services: Services, run_id: str) -> QueuePosition:
    with services.database.read() as session:
        return services.line.standing(session, session.get_one(Run, run_id))


def _message(kind: str, data: Mapping[str, Any], event_id: str = "") -> str:
    place = f"id: {event_id}\n" if event_id else ""
    return f"{place}event: {kind}\ndata: {json.dumps(data)}\n\n"
