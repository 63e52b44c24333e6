"""Slots that live, by their last sign of life."""

from datetime import timedelta

import pytest

from records.database.base import LANES, Lane
from records.database.engine import Database, clock
from records.queue.jobs import ask_for_study
from records.queue.slots import Slot, beat, leave, live_slots, serving, troubles, unserved
from tests.records.samples import assignment, person, queued


def test_a_slot_lives_for_some_seconds_after_its_last_sign(database: Database) -> None:
    run_id = queued(database)
    with database.write() as session:
        beat(session, "host/1", "interactive", None)
        beat(session, "host/2", "interactive", run_id)
        beat(session, "host/3", "batch", None)
        now = clock(session)
        assert live_slots(session, "interactive", now) == 2
        assert live_slots(session, "interactive", now + timedelta(seconds=20)) == 0
        assert live_slots(session, "interactive", now + timedelta(seconds=20), seconds=30) == 2


def test_a_slot_tells_what_it_is_at_now(database: Database) -> None:
    run_id = queued(database)
    for at in (run_id, None):
        with database.write() as session:
            beat(session, "host/1", "interactive", at)
        with database.read() as session:
            assert session.get_one(Slot, "host/1").run_id == at


def test_a_slot_that_left_lives_no_more(database: Database) -> None:
    with database.write() as session:
        beat(session, "host/1", "interactive", None)
        leave(session, "host/1")
        leave(session, "never there")
        assert live_slots(session, "interactive", clock(session)) == 0


def test_a_slot_tells_why_it_cannot_grade_for_as_long_as_it_cannot(database: Database) -> None:
    with database.write() as session:
        beat(session, "host/1", "interactive", None, {"numpy": "The engine is away.", "torch": ""})
        beat(session, "host/2", "interactive", None)
        now = clock(session)
        assert troubles(session, "interactive", now) == ["The engine is away."]
        assert serving(session, "interactive", now) == {"numpy": ["host/2"], "torch": ["host/1", "host/2"]}
        assert troubles(session, "batch", now) == []
        beat(session, "host/1", "interactive", None)
        assert troubles(session, "interactive", now) == []


@pytest.mark.parametrize("lane", LANES)
def test_runs_are_unserved_where_slots_live_and_none_keeps_benches_for_them(database: Database, lane: Lane) -> None:
    queued(database, lane)
    with database.write() as session:
        now = clock(session)
        assert unserved(session, lane, now) == {}  # those that come may keep some
        beat(session, "host/1", lane, None, {"torch": ""})
        assert unserved(session, lane, now) == {"numpy": 1}
        beat(session, "host/2", lane, None, {"numpy": "The engine is away."})
        assert unserved(session, lane, now) == {}


def test_an_examination_is_unserved_where_no_slot_of_the_batch_lane_keeps_benches_for_it(
    database: Database,
) -> None:
    with database.write() as session:
        task = assignment(session)
        staff = person(session).id
        ask_for_study(session, "examination", task, staff, task.version_hash)
        ask_for_study(session, "similarity", task, staff, task.version_hash)
        for lane in LANES:
            beat(session, f"slot of {lane}", lane, None, {"torch": ""})
        now = clock(session)
        assert unserved(session, "batch", now) == {"numpy": 1}
        assert unserved(session, "interactive", now) == {}
