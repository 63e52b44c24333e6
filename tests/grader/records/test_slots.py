"""Slots that live, by their last sign of life."""

from datetime import timedelta

import pytest

from grader import records
from tests.grader.records.samples import assignment, person, queued


def test_a_slot_lives_for_some_seconds_after_its_last_sign(database: records.Database) -> None:
    run_id = queued(database)
    with database.write() as session:
        records.beat(session, "host/1", "interactive", None)
        records.beat(session, "host/2", "interactive", run_id)
        records.beat(session, "host/3", "batch", None)
        now = records.clock(session)
        assert records.live_slots(session, "interactive", now) == 2
        assert records.live_slots(session, "interactive", now + timedelta(seconds=20)) == 0
        assert records.live_slots(session, "interactive", now + timedelta(seconds=20), seconds=30) == 2


def test_a_slot_tells_what_it_is_at_now(database: records.Database) -> None:
    run_id = queued(database)
    for at in (run_id, None):
        with database.write() as session:
            records.beat(session, "host/1", "interactive", at)
        with database.read() as session:
            assert session.get_one(records.Slot, "host/1").run_id == at


def test_a_slot_that_left_lives_no_more(database: records.Database) -> None:
    with database.write() as session:
        records.beat(session, "host/1", "interactive", None)
        records.leave(session, "host/1")
        records.leave(session, "never there")
        assert records.live_slots(session, "interactive", records.clock(session)) == 0


def test_a_slot_tells_why_it_cannot_grade_for_as_long_as_it_cannot(database: records.Database) -> None:
    with database.write() as session:
        records.beat(session, "host/1", "interactive", None, {"numpy": "The engine is away.", "torch": ""})
        records.beat(session, "host/2", "interactive", None)
        now = records.clock(session)
        assert records.troubles(session, "interactive", now) == ["The engine is away."]
        assert records.serving(session, "interactive", now) == {"numpy": ["host/2"], "torch": ["host/1", "host/2"]}
        assert records.troubles(session, "batch", now) == []
        records.beat(session, "host/1", "interactive", None)
        assert records.troubles(session, "interactive", now) == []


@pytest.mark.parametrize("lane", records.LANES)
def test_runs_are_unserved_where_slots_live_and_none_keeps_benches_for_them(
    database: records.Database, lane: records.Lane
) -> None:
    queued(database, lane)
    with database.write() as session:
        now = records.clock(session)
        assert records.unserved(session, lane, now) == {}  # those that come may keep some
        records.beat(session, "host/1", lane, None, {"torch": ""})
        assert records.unserved(session, lane, now) == {"numpy": 1}
        records.beat(session, "host/2", lane, None, {"numpy": "The engine is away."})
        assert records.unserved(session, lane, now) == {}


def test_an_examination_is_unserved_where_no_slot_of_the_batch_lane_keeps_benches_for_it(
    database: records.Database,
) -> None:
    with database.write() as session:
        task = assignment(session)
        staff = person(session).id
        records.ask_for_study(session, "examination", task, staff, task.version_hash)
        records.ask_for_study(session, "similarity", task, staff, task.version_hash)
        for lane in records.LANES:
            records.beat(session, f"slot of {lane}", lane, None, {"torch": ""})
        now = records.clock(session)
        assert records.unserved(session, "batch", now) == {"numpy": 1}
        assert records.unserved(session, "interactive", now) == {}
