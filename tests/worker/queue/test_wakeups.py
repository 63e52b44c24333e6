"""Wake-ups: one more or less does no harm, what is missing is sent, and a broker that is away holds nobody up."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from celery import Celery

from records.database.engine import Database
from records.queue.slots import record_heartbeat
from tests.records.samples import queued
from tests.services.redis import Redis
from worker.queue.app import make_app
from worker.queue.broker import connect
from worker.queue.wakeups import send_wakeup, top_up
from worker.settings import Settings


@pytest.fixture
def app(broker: Redis) -> Iterator[Celery]:
    with closing(make_app(Settings(broker_url=broker.url))) as app:
        yield app


def test_the_tokens_that_are_missing_are_sent_to_each_queue(database: Database, app: Celery, broker: Redis) -> None:
    for queue in ("interactive", "interactive", "interactive", "background"):
        queued(database, queue)
    with closing(connect(broker.url)) as client:
        client.flushdb()
        assert send_wakeup(app, "interactive")
        assert top_up(app, client, database) == {"interactive": 2, "background": 1}
        assert (client.llen("interactive"), client.llen("background")) == (3, 1)
        assert top_up(app, client, database) == {"interactive": 0, "background": 0}


def test_no_tokens_are_sent_for_what_no_worker_keeps_benches_for(
    database: Database, app: Celery, broker: Redis
) -> None:
    queued(database)
    with database.write() as session:
        record_heartbeat(session, "host/1", "interactive", None, {"torch": ""})
    with closing(connect(broker.url)) as client:
        client.flushdb()
        assert top_up(app, client, database) == {"interactive": 0, "background": 0}
        with database.write() as session:
            record_heartbeat(session, "host/2", "interactive", None, {"numpy": "The engine is away."})
        assert top_up(app, client, database) == {"interactive": 1, "background": 0}


def test_tokens_too_many_are_left_to_be_used_up(database: Database, app: Celery, broker: Redis) -> None:
    with closing(connect(broker.url)) as client:
        client.flushdb()
        assert send_wakeup(app, "interactive")
        assert top_up(app, client, database) == {"interactive": 0, "background": 0}
        assert client.llen("interactive") == 1


def test_a_broker_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    with closing(make_app(Settings(broker_url=f"unix://{tmp_path}/nobody.sock"))) as app:
        assert not send_wakeup(app, "interactive")


def test_a_broker_that_does_not_answer_is_given_up(app: Celery, broker: Redis) -> None:
    assert send_wakeup(app, "interactive")
    with broker.frozen():
        assert not send_wakeup(app, "interactive")
    assert send_wakeup(app, "interactive")


def test_only_json_is_taken_in(app: Celery) -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


def test_what_is_not_acknowledged_comes_back_only_after_the_longest_task(app: Celery) -> None:
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
