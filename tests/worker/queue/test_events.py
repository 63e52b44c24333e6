"""A run's events come in order, can be taken up anywhere, and are no trouble to anybody when the broker is away."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from structlog.testing import capture_logs

from tests.services.redis import Redis
from worker.queue.broker import connect
from worker.queue.events import Events


@pytest.fixture
def events(redis_server: Redis) -> Iterator[Events]:
    with closing(Events(redis_server.url)) as events:
        yield events


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Events]:
    """The events of a broker that is not there."""
    with closing(Events(f"unix://{tmp_path}/nobody.sock")) as events:
        yield events


def test_events_are_read_in_order_and_from_where_one_left_off(events: Events) -> None:
    run = uuid4().hex
    for number in range(3):
        assert events.publish(run, "test", 1, test={"name": str(number)})
    first, *rest = events.read(run)
    assert first.data == {"event": "test", "try": 1, "test": {"name": "0"}}
    assert events.read(run, after=first.id) == rest
    assert events.read(run, after=rest[-1].id) == []


def test_a_reader_waits_for_the_next_event(events: Events) -> None:
    run = uuid4().hex
    assert events.read(run, block_ms=1) == []
    events.publish(run, "queued", 0)
    assert [event.kind for event in events.read(run, block_ms=1000)] == ["queued"]


def test_a_stream_is_bounded_and_ends_an_hour_after_its_last_event(events: Events, redis_server: Redis) -> None:
    run = uuid4().hex
    for number in range(3000):
        events.publish(run, "test", 1, test={"name": str(number)})
    with closing(connect(redis_server.url)) as broker:
        assert broker.xlen(f"gradeloop:run:{run}") < 2500
        assert 3500 < broker.ttl(f"gradeloop:run:{run}") <= 3600
    assert events.read(run)[-1].data["test"] == {"name": "2999"}


def test_what_a_student_printed_is_data(events: Events) -> None:
    run = uuid4().hex
    printed = 'data: {"event": "finished"}\r\n\x00\x1b[2J\ud800'
    assert events.publish(run, "test", 1, test={"output": printed})
    assert [event.data["test"]["output"] for event in events.read(run)] == [printed]


def test_events_are_dropped_where_there_is_no_broker_and_it_is_said_once(nobody: Events) -> None:
    with capture_logs() as lines:
        assert not any(nobody.publish(uuid4().hex, "test", 1) for _ in range(5))
    assert [line["event"] for line in lines] == ["events are dropped: the broker is away"]
    with pytest.raises(redis.RedisError):
        nobody.read(uuid4().hex)
