"""A submission goes through the whole queue: database, broker, worker, bench, and back."""

import os
from typing import Literal

from records.submissions.submit import Receipt
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.server import wait_until
from tests.services.service import Service
from worker.settings import QUEUES

BUNDLE = bundle_named("double")
PRINTS = b"""
def double(x):
    print("a secret of the student")
    return x * x

def total(x):
    return x.sum()
"""


def submit(service: Service, source: bytes, kind: Literal["submit", "check"] = "submit") -> Receipt:
    return service.submit(
        service.student(), service.assignment(BUNDLE), submission_of(BUNDLE, source), kind=kind, admitted=True
    )


def test_a_submission_is_graded_and_its_grade_counts(service: Service) -> None:
    ticket = submit(service, reference_of("double"))
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("graded", result.max_score)
    assert service.run(ticket.run_id).tries == 1
    assert service.counting_run(ticket.submission_id) == ticket.run_id


def test_a_check_is_graded_by_the_public_tests_alone(service: Service) -> None:
    result = service.result(submit(service, reference_of("double"), "check").run_id)
    assert [test.name.partition("::")[0] for test in result.tests] == ["test_public.py"]
    assert (result.outcome, result.score, result.max_score) == ("graded", 1, 1)


def test_a_batch_is_graded_in_its_own_queue_and_leaves_the_grade_alone(service: Service) -> None:
    first = submit(service, reference_of("double"))
    service.result(first.run_id)
    again = service.grade_again(first.submission_id)
    assert service.result(again).outcome == "graded"
    assert service.run(again).queue == "background"
    assert service.counting_run(first.submission_id) == first.run_id


def test_a_batch_lets_others_go_first(service: Service) -> None:
    niceness = {queue: os.getpriority(os.PRIO_PROCESS, service.children(queue)[0]) for queue in QUEUES}
    assert niceness["background"] == 19
    assert niceness["interactive"] == os.getpriority(os.PRIO_PROCESS, 0)


def test_a_batch_goes_on_while_students_keep_submitting(service: Service) -> None:
    first = submit(service, reference_of("double"))
    service.result(first.run_id)
    batch = [service.grade_again(first.submission_id) for _ in range(3)]
    students: list[str] = []

    def batch_is_graded() -> bool:
        while service.unfinished() < len(batch) + 3:
            students.append(submit(service, reference_of("double")).run_id)
        return {service.run(run_id).state for run_id in batch} == {"graded"}

    wait_until(batch_is_graded, "the batch is graded", seconds=60)
    assert service.unfinished() > 0
    assert {service.result(run_id).outcome for run_id in students} == {"graded"}


def test_events_tell_the_whole_run_in_order(service: Service) -> None:
    ticket = submit(service, PRINTS)
    result = service.result(ticket.run_id)
    events = service.events(ticket.run_id)
    kinds = [event.kind for event in events]
    assert kinds[:2] == ["queued", "running"]
    assert kinds[-1] == "finished"
    assert set(kinds[2:-1]) == {"test"}
    told = {event.data["test"]["name"]: event.data["test"] for event in events if event.kind == "test"}
    assert list(told.values()) == [test.to_json() for test in result.tests]
    assert events[-1].data["score"] == result.score


def test_log_lines_name_the_run_and_hold_nothing_that_the_student_wrote(service: Service) -> None:
    ticket = submit(service, PRINTS)
    result = service.result(ticket.run_id)
    assert "a secret of the student" in "".join(test.output for test in result.tests)
    service.events(ticket.run_id)
    wait_until(lambda: bool(service.lines_about(ticket.run_id)), "a line about the run is logged")
    lines = service.lines_about(ticket.run_id)
    assert [line["event"] for line in lines] == ["run finished"]
    assert {"run", "tries", "queue", "slot", "assignment"} <= lines[0].keys()
    assert "a secret of the student" not in service.text()
