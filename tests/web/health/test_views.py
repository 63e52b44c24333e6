"""Whether the service works, as a page and as JSON: each part that is down is named, and the answer is 503."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database.engine import Database
from records.queue.slots import record_heartbeat
from tests.records.samples import queued
from tests.services.redis import Redis
from web import create_app
from web.settings import PortalSettings
from worker.settings import QUEUES

Client = Callable[..., FlaskClient]


@pytest.fixture
def client() -> Iterator[Client]:
    """Make clients of services with these settings."""
    apps = []

    def make(database_url: str, broker_url: str, **others: Any) -> FlaskClient:
        apps.append(create_app(PortalSettings(database_url=database_url, broker_url=broker_url, **others)))
        return apps[-1].test_client()

    yield make
    for app in apps:
        app.extensions["gradeloop"].close()


def parts(client: FlaskClient) -> dict[str, dict[str, Any]]:
    answer = client.get("/health").get_json()
    return {part.pop("name"): part for part in answer["parts"]}


@pytest.fixture
def healthy(client: Client, database: Database, redis_server: Redis) -> FlaskClient:
    """A service of which everything works, with a slot in each queue."""
    with database.write() as session:
        for queue in QUEUES:
            record_heartbeat(session, f"slot of {queue}", queue, None)
    return client(database.url, redis_server.url)


def test_a_service_that_works_says_so(healthy: FlaskClient) -> None:
    answer = healthy.get("/health")
    assert (answer.status_code, answer.get_json()["down"]) == (200, [])
    assert parts(healthy) == {
        "database": {"state": "up"},
        "broker": {"state": "up"},
        "interactive": {"state": "up", "slots": 1, "waiting": 0},
        "background": {"state": "up", "slots": 1, "waiting": 0},
    }


def test_a_browser_is_shown_a_page(healthy: FlaskClient) -> None:
    page = healthy.get("/health", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert "All parts work." in page.text
    (address,) = re.findall(r'href="([^"]+/style.css)"', page.text)
    with healthy.get(address) as style:
        assert style.status_code == 200
        assert "immutable" in style.headers["Cache-Control"]


def test_a_queue_without_a_slot_is_down(client: Client, database: Database, redis_server: Redis) -> None:
    service = client(database.url, redis_server.url)
    answer = service.get("/health")
    assert (answer.status_code, answer.get_json()["down"]) == (503, ["interactive", "background"])
    page = service.get("/health", headers={"Accept": "text/html"})
    assert "Down: interactive, background." in page.text


def test_a_queue_whose_slots_cannot_grade_is_down_and_says_why(healthy: FlaskClient, database: Database) -> None:
    with database.write() as session:
        record_heartbeat(session, "slot of background", "background", None, {"numpy": "<b>The image is not there."})
    answer = healthy.get("/health")
    assert (answer.status_code, answer.get_json()["down"]) == (503, ["background"])
    assert parts(healthy)["background"]["trouble"] == "<b>The image is not there."
    assert "&lt;b&gt;The image is not there." in healthy.get("/health", headers={"Accept": "text/html"}).text


def test_a_queue_with_one_slot_in_order_is_up_and_tells_of_the_others(healthy: FlaskClient, database: Database) -> None:
    with database.write() as session:
        record_heartbeat(session, "another slot of background", "background", None, {"numpy": "The engine is away."})
    assert parts(healthy)["background"] == {"state": "up", "slots": 2, "waiting": 0, "trouble": "The engine is away."}


def test_a_queue_in_which_runs_wait_for_benches_that_no_worker_keeps_is_down_and_says_so(
    healthy: FlaskClient, database: Database
) -> None:
    with database.write() as session:
        record_heartbeat(session, "slot of interactive", "interactive", None, {"torch": ""})
    queued(database)
    trouble = "No worker keeps benches with numpy (GRADELOOP_BENCHES_NUMPY), and 1 wait for one."
    assert parts(healthy)["interactive"] == {"state": "down", "slots": 1, "waiting": 1, "trouble": trouble}
    assert parts(healthy)["background"]["state"] == "up"


def test_a_queue_that_is_to_have_no_slots_is_off(client: Client, database: Database, redis_server: Redis) -> None:
    service = client(database.url, redis_server.url, slots_interactive=0, slots_background=0)
    assert service.get("/health").status_code == 200
    assert parts(service)["background"] == {"state": "off", "slots": 0, "waiting": 0}


def test_a_broker_that_does_not_answer_is_down(client: Client, database: Database, tmp_path: Path) -> None:
    service = client(database.url, f"unix://{tmp_path}/none.sock", slots_interactive=0, slots_background=0)
    assert service.get("/health").get_json()["down"] == ["broker"]


@pytest.mark.parametrize("url", ["sqlite:////nowhere/records.db", "postgresql+psycopg://nobody@/none?host=/nowhere"])
def test_a_database_that_does_not_answer_is_down_and_queues_are_unknown(
    client: Client, url: str, redis_server: Redis
) -> None:
    service = client(url, redis_server.url)
    answer = service.get("/health")
    assert (answer.status_code, answer.get_json()["down"]) == (503, ["database"])
    assert parts(service)["background"] == {"state": "unknown"}
    assert service.get("/live").status_code == 200


def test_a_database_without_tables_is_down(client: Client, database_url: str, redis_server: Redis) -> None:
    assert client(database_url, redis_server.url).get("/health").get_json()["down"] == ["database"]


def test_metrics_are_shown_for_prometheus(healthy: FlaskClient) -> None:
    shown = healthy.get("/metrics")
    assert shown.mimetype == "text/plain"
    assert 'gradeloop_live_slots{queue="background"} 1.0' in shown.text.splitlines()


@pytest.mark.parametrize("path", ["/health", "/live", "/metrics", "/login", "/nowhere", "/courses/any"])
def test_every_answer_carries_strict_headers(healthy: FlaskClient, path: str) -> None:
    with healthy.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
