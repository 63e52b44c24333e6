"""Fairness: a flood of one student or one assignment does not starve the others."""

import random

import pytest

from records.database.engine import Database, clock
from records.queue import runs
from records.queue.fairness import queue_order
from records.queue.runs import ClaimedRun, complete_run, release_run, sweep_runs
from records.submissions.models import Run
from tests.records.samples import assignment, person, result_of, take, waiting_run
from tests.services.postgres import ON_POSTGRESQL


def claims(database: Database, number: int) -> list[ClaimedRun]:
    return [take(database) for _ in range(number)]


def owners(database: Database, claimed: list[ClaimedRun]) -> list[str]:
    with database.read() as session:
        return [session.get_one(Run, run.id).person_id for run in claimed]


def test_a_students_flood_lets_another_through_second_at_the_latest(database: Database) -> None:
    with database.write() as session:
        task, flooding, other = assignment(session), person(session), person(session)
        for _ in range(200):
            waiting_run(session, flooding, task)
        waiting_run(session, other, task)
    assert owners(database, claims(database, 3)) == [flooding.id, other.id, flooding.id]


def test_who_comes_during_the_flood_is_served_next(database: Database) -> None:
    with database.write() as session:
        task, flooding, other = assignment(session), person(session), person(session)
        for _ in range(20):
            waiting_run(session, flooding, task)
    claims(database, 5)
    with database.write() as session:
        waiting_run(session, other, task)
    assert owners(database, claims(database, 2)) == [other.id, flooding.id]


def test_who_hands_in_again_and_again_waits_for_those_who_did_not(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        eager, *others = [person(session) for _ in range(4)]
        waiting_run(session, eager, task)
    claims(database, 1)
    with database.write() as session:
        for student in (eager, *others):
            waiting_run(session, student, task)
    assert owners(database, claims(database, 4)) == [*(other.id for other in others), eager.id]


def test_a_students_own_runs_are_claimed_oldest_first(database: Database) -> None:
    with database.write() as session:
        task, student = assignment(session), person(session)
        asked = [waiting_run(session, student, task).id for _ in range(5)]
    assert [run.id for run in claims(database, 5)] == asked


def test_an_assignments_flood_lets_another_through_second_at_the_latest(database: Database) -> None:
    with database.write() as session:
        flooded, other = assignment(session), assignment(session)
        for _ in range(50):
            waiting_run(session, person(session), flooded)
        waiting_run(session, person(session), other)
    assert other.id in [run.assignment_id for run in claims(database, 2)]


def test_an_assignment_that_comes_during_the_flood_is_served_next(database: Database) -> None:
    with database.write() as session:
        flooded, other = assignment(session), assignment(session)
        for _ in range(10):
            waiting_run(session, person(session), flooded)
    claims(database, 3)
    with database.write() as session:
        for _ in range(2):
            waiting_run(session, person(session), other)
    served = [run.assignment_id for run in claims(database, 4)]
    assert served == [other.id, flooded.id, other.id, flooded.id]


def test_a_run_that_was_released_goes_behind_all_others(database: Database) -> None:
    with database.write() as session:
        task = assignment(session)
        first, second = (waiting_run(session, person(session), task).id for _ in range(2))
    claimed = take(database)
    with database.write() as session:
        release_run(session, claimed, charge=False, reason="no bench")
    assert [run.id for run in claims(database, 2)] == [second, first]


def test_each_queue_has_its_own_order(database: Database) -> None:
    with database.write() as session:
        task, student, other = assignment(session), person(session), person(session)
        for _ in range(3):
            waiting_run(session, student, task, "background")
        waiting_run(session, student, task)
        waiting_run(session, other, task)
    of_rerun = [take(database, "background") for _ in range(3)]
    assert owners(database, of_rerun) == [student.id] * 3
    assert owners(database, claims(database, 2)) == [student.id, other.id]


@pytest.mark.parametrize("seed", range(4))
def test_the_queue_order_predicts_the_order_of_claiming(database: Database, seed: int) -> None:
    draw = random.Random(seed)
    with database.write() as session:
        tasks = [assignment(session) for _ in range(3)]
        students = [person(session) for _ in range(5)]
        for _ in range(60):
            act = draw.choice(["ask", "ask", "ask", "claim", "release"])
            if act == "ask":
                waiting_run(session, draw.choice(students), draw.choice(tasks))
            elif claimed := runs.claim_run(session, "interactive", "slot 1", 60):
                if act == "release":
                    release_run(session, claimed, charge=False, reason="drawn")
                else:
                    complete_run(session, claimed, result_of(claimed))
        predicted = [run.run_id for run in queue_order(session, "interactive")]
    assert len(predicted) > 5
    assert [run.id for run in claims(database, len(predicted))] == predicted


@ON_POSTGRESQL  # SQLite has one writer at a time
def test_a_run_submitted_while_the_students_only_other_is_claimed_keeps_its_place(database: Database) -> None:
    with database.write() as session:
        task, student, other = assignment(session), person(session), person(session)
        waiting_run(session, student, task)
    with database.write() as taking, database.write() as asking:
        assert runs.claim_run(taking, "interactive", "slot 1", 60)
        stray = waiting_run(asking, student, task)
    with database.write() as session:
        for _ in range(3):
            waiting_run(session, other, task)
        sweep_runs(session, clock(session), 3)
    assert stray.id in [run.id for run in claims(database, 2)]
