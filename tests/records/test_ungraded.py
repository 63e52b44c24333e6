"""What was not graded is graded anew once, however many ask for it at the same moment; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from records.courses.models import Course
from records.database.base import Lane
from records.database.engine import Database
from records.queue.runs import ask_for_run
from records.reruns.lifecycle import resume_batch
from records.reruns.models import BatchItem
from records.reruns.not_graded import grade_anew
from records.submissions.models import Run, Submission
from records.submissions.submit import hand_in
from tests.records.racing import at_once
from tests.records.reruns import Class, failed, passed

NAMES = [f"Student{number}" for number in range(8)]


@pytest.fixture
def year(database: Database) -> Class:
    """Eight students whose answers failed a test."""
    year = Class(database)
    for name in NAMES:
        year.hand_in(name, failed("shape"))
    return year


def anew(year: Class) -> Callable[[], dict[Lane, int]]:
    def act() -> dict[Lane, int]:
        with year.database.write() as session:
            course = session.get_one(Course, year.course_id)
            return grade_anew(session, course, None, year.grader)

    return act


def queued(year: Class) -> int:
    with year.database.read() as session:
        return session.scalars(select(func.count()).select_from(Run).where(Run.state == "queued")).one()


def test_two_who_ask_for_all_at_once_get_one_run_of_each(year: Class) -> None:
    with year.database.write() as session:
        for name in NAMES:
            person = session.get_one(Submission, year.submissions[name]).person
            lost = hand_in(session, person=person, assignment=year.task, files={"double.py": b"x = 1\n"})
            ask_for_run(session, lost, lane="interactive")
            year.submissions[f"{name} again"] = lost.id
    year.finish("interactive", {f"{name} again": None for name in NAMES})
    counts = at_once(anew(year), anew(year), anew(year))
    assert sorted(one["interactive"] for one in counts) == [0, 0, len(NAMES)]
    assert queued(year) == len(NAMES)


def test_a_rerun_that_goes_on_meanwhile_gets_one_run_of_each_too(year: Class) -> None:
    batch_id = year.begin()
    year.finish("batch", dict.fromkeys(NAMES))

    def resume() -> dict[Lane, int]:
        return {"batch": int(str(year.decide(batch_id, resume_batch)))}

    counts = at_once(anew(year), resume)
    assert sorted(one["batch"] for one in counts) == [0, len(NAMES)]
    assert queued(year) == len(NAMES)
    year.finish("batch", {}, [passed("shape")])
    with year.database.read() as session:
        items = session.scalars(select(BatchItem)).all()
        assert all(item.after is not None and item.after.state == "graded" for item in items)
