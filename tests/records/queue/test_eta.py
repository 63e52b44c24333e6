"""Where a run stands: its place in the line, and when it will be finished."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.base import Queue
from records.database.engine import Database, clock
from records.queue.eta import QueuePosition, queue_position
from records.queue.runs import complete_run
from records.queue.slots import record_heartbeat
from records.submissions.models import Run
from tests.records.samples import MOMENT, assignment, graded_run, person, queued, result_of, take, waiting_run


def queue_positions(session: Session, run_ids: Sequence[str], now: datetime) -> dict[str, QueuePosition]:
    return {run_id: queue_position(session, run_id, now) for run_id in run_ids}


def history(session: Session, task: Assignment, *seconds: float, slot: str = "slot 1") -> None:
    """Have runs graded one after the other in a slot, each asked for when the one before was over."""
    student = person(session)
    at = MOMENT
    for each in seconds:
        run = waiting_run(session, student, task)
        run.queued_at = at + timedelta(seconds=1)
        begun = at + timedelta(seconds=2)
        at = begun + timedelta(seconds=each)
        graded_run(session, run, begun, at, slot)


def slots(session: Session, number: int, queue: Queue = "interactive") -> datetime:
    """Have some slots give a sign of life, and return when they did."""
    for each in range(number):
        record_heartbeat(session, f"slot {each + 1}", queue, None)
    return clock(session)


def line(session: Session, task: Assignment, number: int) -> list[str]:
    """Have as many students wait, and return their runs in the order of submitting."""
    return [waiting_run(session, person(session), task).id for _ in range(number)]


def test_a_run_stands_behind_those_that_wait_longer(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, 0.5, 0.5)
        now = slots(session, 1)
        asked = line(session, task, 3)
        found = queue_positions(session, asked, now)
    assert [found[run_id] for run_id in asked] == [
        QueuePosition("queued", 1, pytest.approx(0.5), 0),
        QueuePosition("queued", 2, pytest.approx(1.0), 1),
        QueuePosition("queued", 3, pytest.approx(1.5), 2),
    ]


def test_a_flooding_student_stands_behind_the_others(database: Database) -> None:
    with database.write() as session:
        task, flooding = assignment(session), person(session)
        flood = [waiting_run(session, flooding, task).id for _ in range(20)]
        (other,) = line(session, task, 1)
        assert queue_position(session, other, clock(session)).position == 2
        assert queue_position(session, flood[-1], clock(session)).position == 21


def test_slots_share_the_work(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, *[0.5] * 30)
        now = slots(session, 4)
        last = line(session, task, 100)[-1]
        assert queue_position(session, last, now).eta_seconds == pytest.approx(100 / 4 * 0.5)


def test_submissions_that_run_into_their_limit_count_with_what_they_take(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, *[0.1, 0.1, 0.1, 0.1, 5.0] * 10)
        now = slots(session, 2)
        last = line(session, task, 200)[-1]
        truth = 200 * (4 * 0.1 + 5.0) / 5 / 2
        assert queue_position(session, last, now).eta_seconds == pytest.approx(truth, rel=0.25)


def test_each_assignment_goes_at_its_own_pace(database: Database) -> None:
    with database.write() as session:
        quick, slow = assignment(session), assignment(session)
        history(session, quick, 0.25)
        history(session, slow, 2.0)
        now = slots(session, 1)
        asked = line(session, quick, 2) + line(session, slow, 2)
        found = queue_positions(session, asked, now)
    assert max(place.eta_seconds or 0 for place in found.values()) == pytest.approx(2 * 0.25 + 2 * 2.0)


def test_an_assignment_that_was_never_graded_goes_at_the_pace_of_its_queue(database: Database) -> None:
    with database.write() as session:
        history(session, assignment(session), 0.25)
        now = slots(session, 1)
        (first,) = line(session, assignment(session), 1)
        assert queue_position(session, first, now).eta_seconds == pytest.approx(0.25)


def test_where_nothing_was_graded_a_run_is_thought_to_take_a_second(database: Database) -> None:
    with database.write() as session:
        now = slots(session, 1)
        second = line(session, assignment(session), 2)[-1]
        assert queue_position(session, second, now).eta_seconds == pytest.approx(2.0)


def test_what_passes_between_two_gradings_is_counted_while_runs_wait(database: Database) -> None:
    with database.write() as session:
        task, student = assignment(session), person(session)
        for number in range(10):
            run = waiting_run(session, student, task)
            run.queued_at = MOMENT
            begun = MOMENT + timedelta(seconds=number * 0.5)
            graded_run(session, run, begun, begun + timedelta(seconds=0.4), "slot 1")
        now = slots(session, 1)
        last = line(session, task, 10)[-1]
        assert queue_position(session, last, now).eta_seconds == pytest.approx(10 * 0.5)


def test_idle_slots_are_no_gap(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, 0.5, 0.5, 0.5)
        now = slots(session, 1)
        (first,) = line(session, task, 1)
        assert queue_position(session, first, now).eta_seconds == pytest.approx(0.5)


def test_while_no_slot_lives_nobody_knows_when(database: Database) -> None:
    with database.write() as session:
        (first,) = line(session, assignment(session), 1)
        now = slots(session, 2, "background")
        assert queue_position(session, first, now) == QueuePosition("queued", 1, None, 0)
        assert queue_position(session, first, now + timedelta(hours=1)) == QueuePosition("queued", 1, None, 0)


@pytest.mark.parametrize("benches", [{"numpy": "The engine is away.", "torch": ""}, {"torch": ""}, {}])
def test_while_no_living_slot_has_a_bench_for_it_nobody_knows_when_a_run_ends(
    database: Database, benches: dict[str, str]
) -> None:
    with database.write() as session:
        first, second = line(session, assignment(session), 2)
        slots(session, 1)
    assert take(database).id == first
    with database.write() as session:
        record_heartbeat(session, "slot 1", "interactive", first, benches)
        found = queue_positions(session, [first, second], clock(session))
    assert [found[run_id].eta_seconds for run_id in (first, second)] == [None, None]


def test_slots_without_a_bench_for_it_take_no_share_of_the_work(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, *[0.5] * 30)
        now = slots(session, 4)
        for each in (2, 3, 4):
            record_heartbeat(session, f"slot {each}", "interactive", None, {"torch": ""})
        last = line(session, task, 100)[-1]
        assert queue_position(session, last, now).eta_seconds == pytest.approx(100 * 0.5)


def test_a_run_that_is_underway_has_the_rest_of_its_time_to_go(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        history(session, task, 4.0)
        slots(session, 1)
        (first,) = line(session, task, 1)
    take(database)
    with database.write() as session:
        (second,) = line(session, task, 1)
        begun = session.get_one(Run, first).claimed_at
        assert begun is not None
        at = begun + timedelta(seconds=1)
        assert queue_position(session, first, at) == QueuePosition("running", 0, pytest.approx(3.0), 0)
        assert queue_position(session, second, at) == QueuePosition("queued", 1, pytest.approx(7.0), 0)
        late = begun + timedelta(seconds=9)
        assert queue_position(session, first, late) == QueuePosition("running", 0, 0.0, 0)


def test_a_finished_run_has_nothing_to_wait_for(database: Database) -> None:
    run_id = queued(database)
    claimed = take(database)
    with database.write() as session:
        complete_run(session, claimed, result_of(claimed))
        assert queue_position(session, run_id, MOMENT) == QueuePosition("graded", 0, 0.0, 0)


def test_a_run_that_there_is_none_of_stands_nowhere(database: Database) -> None:
    queued(database)
    with database.read() as session, pytest.raises(LookupError, match="no run none"):
        queue_position(session, "none", MOMENT)


def test_queues_are_predicted_apart(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        asked = line(session, task, 3)
        run = waiting_run(session, person(session), task, "background")
        found = queue_positions(session, [*asked, run.id], clock(session))
    assert sorted(place.position for place in found.values()) == [1, 1, 2, 3]
