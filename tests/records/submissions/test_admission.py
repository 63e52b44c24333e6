"""Whether somebody may submit now, and what counts as an attempt."""

from datetime import timedelta

import pytest

from records.courses.models import Assignment
from records.courses.policy import Policy
from records.database.engine import Database
from records.people.models import Person
from records.queue.runs import complete_run, request_run
from records.submissions.admission import Refusal, attempts_used, begin_refusal, refusal
from records.submissions.models import Run
from tests.records.samples import MOMENT, assignment, person, result_of, submission, take

Student = tuple[Person, Assignment]  # and the assignment

SECOND = timedelta(seconds=1)


def policy(**values: object) -> Policy:
    fields = {"opens_at": None, "due_at": None, "attempts": 0, "late_percent_per_day": 0.0, "active_rule": "best"}
    return Policy(**fields | {"published_at": None, "results_unreleased": False} | values)  # type: ignore[arg-type]


@pytest.fixture
def student(database: Database) -> Student:
    """A student and an assignment."""
    with database.write() as session:
        return person(session), assignment(session)


def used(database: Database, student: Student) -> int:
    with database.read() as session:
        return attempts_used(session, student[0].id, student[1])


def submit_files(database: Database, student: Student, kind: str = "submit") -> str:
    with database.write() as session:
        stored = submission(session, *student, kind=kind)
        return request_run(session, stored, queue="interactive").id


def end(database: Database, outcome: str) -> None:
    taken = take(database)
    score = 1.0 if outcome == "graded" else None
    with database.write() as session:
        assert complete_run(session, taken, result_of(taken, outcome=outcome, score=score))


def test_nothing_is_accepted_before_the_assignment_opens() -> None:
    opens = policy(opens_at=MOMENT)
    for kind in ("submit", "check"):
        assert refusal(opens, 0, MOMENT - SECOND, kind) is Refusal.NOT_OPEN_YET
        assert refusal(opens, 0, MOMENT, kind) is None


def test_the_last_second_before_the_due_date_counts_as_on_time() -> None:
    due = policy(due_at=MOMENT)
    assert refusal(due, 0, MOMENT) is None
    assert refusal(due, 0, MOMENT + SECOND) is Refusal.PAST_DUE


def test_late_work_is_accepted_while_it_earns_points() -> None:
    due = policy(due_at=MOMENT, late_percent_per_day=40.0)
    assert refusal(due, 0, MOMENT + timedelta(days=2)) is None
    assert refusal(due, 0, MOMENT + timedelta(days=2) + SECOND) is Refusal.PAST_DUE


def test_no_more_attempts_are_accepted_than_the_policy_allows() -> None:
    assert refusal(policy(attempts=2), 1, MOMENT) is None
    assert refusal(policy(attempts=2), 2, MOMENT) is Refusal.NO_ATTEMPTS_LEFT
    assert refusal(policy(attempts=0), 99, MOMENT) is None


def test_checks_need_no_attempts_and_no_time() -> None:
    assert refusal(policy(attempts=1, due_at=MOMENT), 1, MOMENT + timedelta(days=9), "check") is None


def test_an_assignment_is_begun_once_it_has_a_version_and_is_open(student: Student) -> None:
    _, task = student
    opens = policy(opens_at=MOMENT)
    assert begin_refusal(task, opens, MOMENT - SECOND, staff=False) is Refusal.NOT_OPEN_YET
    assert begin_refusal(task, opens, MOMENT - SECOND, staff=True) is None
    assert begin_refusal(task, opens, MOMENT, staff=False) is None
    assert begin_refusal(Assignment(slug="new"), opens, MOMENT, staff=True) is Refusal.NO_VERSION


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_one_sentence_that_says_what_still_works(reason: Refusal) -> None:
    why, remedy = reason.removesuffix(".").split(". ")
    assert why
    assert remedy.split()[0] in ("Ask", "Check", "Come", "Please", "Submit")
    assert [other for other in Refusal if other == reason] == [reason]


def test_attempts_are_those_underway_and_those_graded(database: Database, student: Student) -> None:
    assert used(database, student) == 0
    submit_files(database, student)
    assert used(database, student) == 1
    submit_files(database, student)
    end(database, "graded")
    assert used(database, student) == 2


def test_what_was_not_graded_uses_no_attempt(database: Database, student: Student) -> None:
    submit_files(database, student)
    end(database, "not graded")
    assert used(database, student) == 0


def test_what_was_not_graded_is_an_attempt_once_it_is_graded_after_all(database: Database, student: Student) -> None:
    run_id = submit_files(database, student)
    end(database, "not graded")
    with database.write() as session:
        request_run(session, session.get_one(Run, run_id).submission, queue="interactive")
    end(database, "graded")
    assert used(database, student) == 1


def test_a_rerun_is_no_second_attempt(database: Database, student: Student) -> None:
    run_id = submit_files(database, student)
    end(database, "graded")
    with database.write() as session:
        request_run(session, session.get_one(Run, run_id).submission, queue="background")
    assert used(database, student) == 1


def test_a_check_is_no_attempt(database: Database, student: Student) -> None:
    submit_files(database, student, kind="check")
    end(database, "graded")
    assert used(database, student) == 0


def test_attempts_of_others_and_at_other_assignments_do_not_count(database: Database, student: Student) -> None:
    with database.write() as session:
        other, task = person(session), assignment(session)
    submit_files(database, (other, student[1]))
    submit_files(database, (student[0], task))
    assert used(database, student) == 0
