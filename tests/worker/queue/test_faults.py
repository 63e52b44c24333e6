"""What dies on the way takes no run with it: each is graded, and counted once, or ends without a grade."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from records.submissions.submit import Receipt
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.redis import Redis
from tests.services.server import family, wait_until
from tests.services.service import Service

BUNDLE = bundle_named("double")
SLOW = b"""
import time

def double(x):
    time.sleep(0.5)
    return 2 * x

def total(x):
    time.sleep(0.5)
    return x.sum()
"""


def submit(service: Service, source: bytes = SLOW) -> Receipt:
    return service.submit(service.student(), service.assignment(BUNDLE), submission_of(BUNDLE, source), admitted=True)


def kill_child_at(service: Service, ticket: Receipt) -> None:
    """Kill the child that grades a run, and wait until another stands in its place."""
    child = service.child_at(ticket.run_id)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: [pid for pid in service.children("interactive") if pid != child] != [], "there is a new child")


def await_try(service: Service, ticket: Receipt, tries: int) -> None:
    wait_until(
        lambda: (service.run(ticket.run_id).state, service.run(ticket.run_id).tries) == ("running", tries),
        f"try {tries} is under way",
    )


def test_a_run_whose_child_is_killed_is_begun_anew_and_counted_once(service: Service) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    kill_child_at(service, ticket)
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("graded", result.max_score)
    assert service.run(ticket.run_id).tries == 2
    assert service.counting_run(ticket.submission_id) == ticket.run_id
    finished = [line for line in service.lines_about(ticket.run_id) if line["event"] == "run finished"]
    assert len(finished) == 1


def test_a_run_whose_judge_is_killed_is_begun_anew(service: Service) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    wait_until(
        lambda: any(event.kind == "test" for event in service.announcer.events.read(ticket.run_id)), "it is tested"
    )
    for pid in family(service.child_at(ticket.run_id)):
        with suppress(FileNotFoundError, ProcessLookupError):  # one dies with the other
            if b"grader.judge" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("graded", result.max_score)
    assert service.run(ticket.run_id).tries == 2
    assert "the judge is gone" in service.run(ticket.run_id).reason


def test_a_run_begun_anew_tells_its_events_anew(service: Service) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    kill_child_at(service, ticket)
    events = service.events(ticket.run_id)
    last = [event.data for event in events if event.data["try"] == 2]
    assert [data["event"] for data in last] == ["running", "test", "test", "test", "test", "finished"]


def test_a_run_that_kills_its_worker_each_time_ends_without_a_grade_and_costs_no_attempt(service: Service) -> None:
    ticket = submit(service)
    for tries in (1, 2, 3):
        await_try(service, ticket, tries)
        kill_child_at(service, ticket)
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("not graded", None)
    assert service.counting_run(ticket.submission_id) is None
    assert service.attempts_used(ticket.submission_id) == 0


def test_a_run_whose_whole_worker_is_killed_is_graded_by_the_next(service: Service) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    service.stop("interactive", signal.SIGKILL)
    service.start("interactive")
    assert service.result(ticket.run_id).outcome == "graded"
    assert service.run(ticket.run_id).tries == 2


def test_a_worker_that_is_told_to_stop_finishes_its_run_first(service: Service) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    service.stop("interactive", signal.SIGTERM)
    assert (service.run(ticket.run_id).state, service.run(ticket.run_id).tries) == ("graded", 1)
    assert service.run(ticket.run_id).slot not in service.slots("interactive")
    service.start("interactive")


def test_what_is_submitted_while_the_broker_is_away_is_graded_when_it_is_back(service: Service, broker: Redis) -> None:
    broker.stop()
    ticket = submit(service, reference_of("double"))
    broker.start()
    assert service.result(ticket.run_id).outcome == "graded"
    assert service.run(ticket.run_id).tries == 1


def test_a_run_outlives_the_broker_and_only_its_events_are_lost(service: Service, broker: Redis) -> None:
    ticket = submit(service)
    await_try(service, ticket, 1)
    broker.kill()
    assert service.result(ticket.run_id).outcome == "graded"
    broker.start()
    after = submit(service, reference_of("double"))
    assert service.result(after.run_id).outcome == "graded"
    assert service.events(after.run_id)[-1].data["score"] == 4.0


@pytest.mark.parametrize("wakeups", [0, 3])
def test_tokens_lost_or_doubled_change_nothing(service: Service, wakeups: int) -> None:
    service.stop("interactive")
    tickets = [submit(service, reference_of("double")) for _ in range(2)]
    service.lose_tokens("interactive")
    for _ in range(wakeups * 2):
        service.send_wakeup("interactive")
    service.start("interactive")
    assert [service.result(ticket.run_id).outcome for ticket in tickets] == ["graded"] * 2
    assert [service.run(ticket.run_id).tries for ticket in tickets] == [1, 1]
    wait_until(lambda: service.wakeups("interactive") == 0, "all wake-ups are used up")
