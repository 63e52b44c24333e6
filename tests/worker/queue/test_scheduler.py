"""The scheduler's rounds: what was lost comes back, and nothing that is away stops them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from records.database.engine import Database
from records.queue.slots import Slot, record_heartbeat
from records.submissions.models import Run
from tests.records.samples import queued, take
from tests.services.redis import Redis
from worker.queue.broker import connect
from worker.queue.events import Events
from worker.queue.scheduler import Scheduler
from worker.settings import Settings

SETTINGS = Settings(max_tries=2)


@pytest.fixture
def scheduler(database: Database, broker: Redis) -> Iterator[Scheduler]:
    settings = SETTINGS.model_copy(update={"broker_url": broker.url})
    with closing(Scheduler(settings, database)) as scheduler:
        yield scheduler


def state(database: Database, run_id: str) -> str:
    with database.read() as session:
        return session.get_one(Run, run_id).state


def lose(database: Database) -> None:
    """Take the run that waits, and never come back to it."""
    take(database, lease_seconds=-1)


def test_a_lost_run_comes_back_with_a_token_and_ends_when_it_was_lost_too_often(
    database: Database, scheduler: Scheduler, broker: Redis
) -> None:
    run_id = queued(database)
    with closing(connect(broker.url)) as client:
        client.flushdb()
        lose(database)
        scheduler.round()
        assert state(database, run_id) == "queued"
        assert client.llen("interactive") == 1
    lose(database)
    scheduler.round()
    assert state(database, run_id) == "not graded"
    with closing(Events(broker.url)) as events:
        told = [(event.kind, event.data["try"]) for event in events.read(run_id)]
    assert told == [("queued", 1), ("finished", 2)]


def test_runs_are_requeued_while_the_broker_is_away(database: Database, scheduler: Scheduler, broker: Redis) -> None:
    run_id = queued(database)
    lose(database)
    broker.stop()
    scheduler.round()
    assert state(database, run_id) == "queued"
    broker.start()
    scheduler.round()
    with closing(connect(broker.url)) as client:
        assert client.llen("interactive") >= 1


def test_an_environment_without_a_worker_is_logged_once(database: Database, scheduler: Scheduler) -> None:
    queued(database, "background")
    with database.write() as session:
        record_heartbeat(session, "host/1", "background", None, {"torch": ""})
    with capture_logs() as lines:
        scheduler.round()
        scheduler.round()
    told = [line for line in lines if line["event"] == "no worker keeps benches for what waits"]
    assert [(line["queue"], line["environment"], line["waiting"]) for line in told] == [("background", "numpy", 1)]


def test_slots_that_were_killed_are_removed(database: Database, scheduler: Scheduler) -> None:
    with database.write() as session:
        for name in ("lives", "killed"):
            record_heartbeat(session, name, "interactive", None)
        session.get_one(Slot, "killed").seen_at -= timedelta(hours=2)
    scheduler.round()
    with database.read() as session:
        assert session.get(Slot, "killed") is None
        assert session.get(Slot, "lives") is not None
