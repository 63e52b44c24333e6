"""The health of the service, for people (`/health`), monitors (the same, as JSON) and Prometheus (`/metrics`).

`/health` answers with 503 when a part is down, and names it. `/live` only says that this process answers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import redis
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from records.database.engine import Database, DatabaseGone, clock
from records.queue import runs
from records.queue import slots as queue_slots
from records.queue.slots import live_slots
from web.extensions import services
from web.security.permissions import Permission, requires
from web.settings import PortalSettings
from web.ui.pages import Page, render_page
from worker.monitoring.metrics import queue_metrics
from worker.queue.broker import connect
from worker.settings import QUEUES, Queue

State = Literal["up", "down", "unknown", "off"]

bp = Blueprint("health", __name__)


@dataclass(frozen=True)
class Part:
    """One part of the service; a queue with its live slots, its waiting runs, and why the slots cannot grade.

    `state` is "unknown" while the database is down, and "off" for a queue without slots. A queue is "down" too while
    runs wait for benches that no worker keeps.
    """

    name: str
    state: State
    slots: int | None = None
    waiting: int | None = None
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True)
class HealthPage(Page):
    """The health of all parts, and the names of those that are down."""

    parts: Sequence[Part]
    down: Sequence[str]


def check_health(settings: PortalSettings, database: Database) -> list[Part]:
    """Check each part; takes a few seconds at most if one does not answer."""
    try:
        with database.read() as session:
            queues = [_queue(settings, session, queue) for queue in QUEUES]
        parts = [Part("database", "up"), *queues]
    except (DatabaseGone, SQLAlchemyError):  # the second if its tables are missing
        parts = [Part("database", "down"), *(Part(queue, "unknown") for queue in QUEUES)]
    parts.insert(1, Part("broker", "up" if _broker_answers(settings.broker_url) else "down"))
    return parts


@bp.get("/health")
@requires(Permission.PUBLIC)
def health() -> tuple[str | dict[str, Any], int]:
    """Show the health of the service."""
    parts = check_health(services().settings, services().database)
    down = [part.name for part in parts if part.state == "down"]
    status = 503 if down else 200
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return render_page("health/show.html", HealthPage(parts=parts, down=down)), status
    shown = [{name: value for name, value in asdict(part).items() if value is not None} for part in parts]
    return {"down": down, "parts": shown}, status


@bp.get("/live")
@requires(Permission.PUBLIC)
def live() -> str:
    """Answer although other parts are down."""
    return "This process answers.\n"


@bp.get("/metrics")
@requires(Permission.PUBLIC)
def metrics() -> Response:
    """Show the metrics of the database in Prometheus's text format."""
    return Response(queue_metrics(services().database), mimetype="text/plain")


def _queue(settings: PortalSettings, session: Session, queue: Queue) -> Part:
    now = clock(session)
    slots, waiting = live_slots(session, queue, now), runs.runs_waiting(session, queue)
    troubles = queue_slots.troubles(session, queue, now)
    unserved = queue_slots.unserved(session, queue, now)
    state: State = "up" if slots > len(troubles) and not unserved else "down"
    if not slots and not waiting and settings.slots(queue) == 0:
        state = "off"
    reasons = [*sorted(set(troubles)), *(_unserved(environment, number) for environment, number in unserved.items())]
    return Part(queue, state, slots, waiting, " ".join(reasons) or None)


def _unserved(environment: str, waiting: int) -> str:
    setting = f"GRADELOOP_BENCHES_{environment.upper()}"
    return f"No worker keeps benches with {environment} ({setting}), and {waiting} wait for one."


def _broker_answers(url: str) -> bool:
    try:
        with connect(url) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
