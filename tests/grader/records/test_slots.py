"""Slots that live, by their last sign of life."""

from datetime import timedelta

from grader import records
from tests.grader.records.samples import queued


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
        records.beat(session, "host/1", "interactive", None, "The engine is away.")
        records.beat(session, "host/2", "interactive", None)
        now = records.clock(session)
        assert records.troubles(session, "interactive", now) == ["The engine is away."]
        assert records.troubles(session, "batch", now) == []
        records.beat(session, "host/1", "interactive", None)
        assert records.troubles(session, "interactive", now) == []
