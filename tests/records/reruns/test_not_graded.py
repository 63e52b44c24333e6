"""What was not graded is graded anew once, however many ask for it at the same moment; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from records.courses.models import Course
from records.database.base import Queue
from records.database.engine import Database
from records.queue.runs import request_run
from records.reruns.lifecycle import resume_rerun
from records.reruns.models import RerunItem
from records.reruns.not_graded import grade_again
from records.submissions.models import Run, Submission
from records.submissions.submit import store_submission
from tests.records.graded_class import Class, failed, passed
from tests.records.racing import at_once

NAMES = [f"Student{number}" for number in range(8)]


@pytest.fixture
def year(database: Database) -> Class:
    """Eight students whose answers failed a test."""
    year = Class(database)
    for name in NAMES:
        year.submit(name, failed("shape"))
    return year


def anew(year: Class) -> Callable[[], dict[Queue, int]]:
    def act() -> dict[Queue, int]:
        with year.database.write() as session:
            course = session.get_one(Course, year.course_id)
            return grade_again(session, course.id, None, year.grader)

    return act


def queued(year: Class) -> int:
    with year.database.read() as session:
        return session.scalars(select(func.count()).select_from(Run).where(Run.state == "queued")).one()


def test_two_who_ask_for_all_at_once_get_one_run_of_each(year: Class) -> None:
    with year.database.write() as session:
        for name in NAMES:
            person = session.get_one(Submission, year.submissions[name]).person
            lost = store_submission(session, person=person, assignment=year.task, files={"double.py": b"x = 1\n"})
            request_run(session, lost, queue="interactive")
            year.submissions[f"{name} again"] = lost.id
    year.finish("interactive", {f"{name} again": None for name in NAMES})
    counts = at_once(anew(year), anew(year), anew(year))
    assert sorted(one["interactive"] for one in counts) == [0, 0, len(NAMES)]
    assert queued(year) == len(NAMES)


def test_a_rerun_that_goes_on_meanwhile_gets_one_run_of_each_too(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", dict.fromkeys(NAMES))

    def resume() -> dict[Queue, int]:
        return {"background": int(str(year.decide(rerun_id, resume_rerun)))}

    counts = at_once(anew(year), resume)
    assert sorted(one["background"] for one in counts) == [0, len(NAMES)]
    assert queued(year) == len(NAMES)
    year.finish("background", {}, [passed("shape")])
    with year.database.read() as session:
        items = session.scalars(select(RerunItem)).all()
        assert all(item.after is not None and item.after.state == "graded" for item in items)
