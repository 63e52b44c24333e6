"""Slots that live, by their last sign of life."""

from datetime import timedelta

import pytest

from records.database.base import QUEUES, Queue
from records.database.engine import Database, clock
from records.queue.jobs import request_job
from records.queue.slots import Slot, live_slots, record_heartbeat, remove_slot, serving, troubles, unserved
from tests.records.samples import assignment, person, queued


def test_a_slot_lives_for_some_seconds_after_its_last_sign(database: Database) -> None:
    run_id = queued(database)
    with database.write() as session:
        record_heartbeat(session, "host/1", "interactive", None)
        record_heartbeat(session, "host/2", "interactive", run_id)
        record_heartbeat(session, "host/3", "background", None)
        now = clock(session)
        assert live_slots(session, "interactive", now) == 2
        assert live_slots(session, "interactive", now + timedelta(seconds=20)) == 0
        assert live_slots(session, "interactive", now + timedelta(seconds=20), seconds=30) == 2


def test_a_slot_tells_what_it_is_at_now(database: Database) -> None:
    run_id = queued(database)
    for at in (run_id, None):
        with database.write() as session:
            record_heartbeat(session, "host/1", "interactive", at)
        with database.read() as session:
            assert session.get_one(Slot, "host/1").run_id == at


def test_a_slot_that_left_lives_no_more(database: Database) -> None:
    with database.write() as session:
        record_heartbeat(session, "host/1", "interactive", None)
        remove_slot(session, "host/1")
        remove_slot(session, "never there")
        assert live_slots(session, "interactive", clock(session)) == 0


def test_a_slot_tells_why_it_cannot_grade_for_as_long_as_it_cannot(database: Database) -> None:
    with database.write() as session:
        record_heartbeat(session, "host/1", "interactive", None, {"numpy": "The engine is away.", "torch": ""})
        record_heartbeat(session, "host/2", "interactive", None, {"numpy": "", "torch": ""})
        now = clock(session)
        assert troubles(session, "interactive", now) == ["The engine is away."]
        assert serving(session, "interactive", now) == {"numpy": ["host/2"], "torch": ["host/1", "host/2"]}
        assert troubles(session, "background", now) == []
        record_heartbeat(session, "host/1", "interactive", None)
        assert troubles(session, "interactive", now) == []


@pytest.mark.parametrize("queue", QUEUES)
def test_runs_are_unserved_where_slots_live_and_none_keeps_benches_for_them(database: Database, queue: Queue) -> None:
    queued(database, queue)
    with database.write() as session:
        now = clock(session)
        assert unserved(session, queue, now) == {}  # those that come may keep some
        record_heartbeat(session, "host/1", queue, None, {"torch": ""})
        assert unserved(session, queue, now) == {"numpy": 1}
        record_heartbeat(session, "host/2", queue, None, {"numpy": "The engine is away."})
        assert unserved(session, queue, now) == {}


def test_an_verification_is_unserved_where_no_slot_of_the_rerun_queue_keeps_benches_for_it(
    database: Database,
) -> None:
    with database.write() as session:
        task = assignment(session)
        staff = person(session).id
        request_job(session, "verification", task, staff, task.version_hash)
        request_job(session, "similarity", task, staff, task.version_hash)
        for queue in QUEUES:
            record_heartbeat(session, f"slot of {queue}", queue, None, {"torch": ""})
        now = clock(session)
        assert unserved(session, "background", now) == {"numpy": 1}
        assert unserved(session, "interactive", now) == {}
