"""What attempts are worth: lateness by each student's own policy, what graders decide, and what students see of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from grader.results.run import TestResult
from records.courses.extensions import Extension
from records.courses.models import Assignment
from records.courses.policy import policy_for
from records.database.engine import Database
from records.marking.models import Marking, RubricItem, RubricMark
from records.queue.runs import complete_run, request_run
from records.submissions.attempts import Attempt, attempts_in, attempts_of, shown_of
from records.submissions.models import Submission
from tests.records.samples import MOMENT, assignment, person, result_of, submission, take
from tests.runs import FAILED, PASSED

LATER = MOMENT + timedelta(days=30)


class Graded:
    """A student's submission with a grade: two points of five, submitted at `MOMENT`."""

    def __init__(self, database: Database, *tests: TestResult) -> None:
        self.database = database
        with database.write() as session:
            student, task = person(session), assignment(session)
            kept = submission(session, student, task)
            request_run(session, kept, queue="interactive")
            self.student, self.task, self.submission = student.id, task.id, kept.id
            self.submitted_at = kept.created_at
        taken = take(database)
        with database.write() as session:
            assert complete_run(session, taken, result_of(taken, *(tests or (PASSED, FAILED))))

    def assignment(self, session: Session) -> Assignment:
        return session.get_one(Assignment, self.task)

    def set(self, **values: object) -> None:
        with self.database.write() as session:
            for name, value in values.items():
                setattr(self.assignment(session), name, value)

    def mark(self, **values: object) -> None:
        with self.database.write() as session:
            session.add(Marking(submission_id=self.submission, person_id=self.student, **values))

    def attempt(self, *, staff: bool = False) -> Attempt:
        with self.database.read() as session:
            task = self.assignment(session)
            (found,) = attempts_of(session, self.student, [task], LATER, staff=staff)[task.id]
            return found


@pytest.fixture
def graded(database: Database) -> Graded:
    return Graded(database)


def test_an_extension_moves_the_due_date_of_one_student_alone(database: Database, graded: Graded) -> None:
    graded.set(due_at=graded.submitted_at - timedelta(days=1, hours=1), late_percent_per_day=10.0)
    assert graded.attempt().percent_off == 20.0
    with database.write() as session:
        session.add(
            Extension(
                assignment_id=graded.task,
                person_id=graded.student,
                due_at=graded.submitted_at - timedelta(hours=1),
                granted_by=graded.student,
            )
        )
        session.flush()
        other = person(session)
        assert policy_for(session, other.id, graded.assignment(session)).due_at != graded.submitted_at
    assert graded.attempt().percent_off == 10.0


def test_an_extension_of_attempts_leaves_the_due_date(database: Database, graded: Graded) -> None:
    graded.set(due_at=LATER, attempts=1)
    with database.write() as session:
        extension = Extension(
            assignment_id=graded.task, person_id=graded.student, attempts=3, granted_by=graded.student
        )
        session.add(extension)
        session.flush()
        policy = policy_for(session, graded.student, graded.assignment(session))
    assert (policy.attempts, policy.due_at) == (3, LATER)


def test_rubric_items_count_before_lateness_and_never_below_nothing(database: Database, graded: Graded) -> None:
    graded.set(due_at=graded.submitted_at - timedelta(hours=1), late_percent_per_day=50.0)
    graded.mark()
    with database.write() as session:
        for points in (1.5, -0.5):
            item = RubricItem(assignment_id=graded.task, title="Style", points=points)
            session.add(item)
            session.flush()
            mark = RubricMark(submission_id=graded.submission, item_id=item.id, person_id=graded.student)
            session.add(mark)
    plain = graded.attempt()
    assert plain.points is not None
    assert plain.rubric == 1.0
    assert plain.final_score == pytest.approx((plain.points + 1.0) / 2)
    with database.write() as session:
        item = RubricItem(assignment_id=graded.task, title="Copied", points=-100.0)
        session.add(item)
        session.flush()
        session.add(RubricMark(submission_id=graded.submission, item_id=item.id, person_id=graded.student))
    assert graded.attempt().final_score == 0.0


def test_an_override_is_what_a_submission_is_worth_whatever_else_says(graded: Graded) -> None:
    graded.set(due_at=graded.submitted_at - timedelta(days=9), late_percent_per_day=10.0)
    graded.mark(override_points=4.5, override_reason="Ill.")
    assert graded.attempt().final_score == 4.5


@pytest.mark.parametrize("whole", [False, True], ids=["the submission", "the assignment"])
def test_an_unreleased_result_is_seen_by_staff_alone(database: Database, graded: Graded, *, whole: bool) -> None:
    if whole:
        graded.set(results_unreleased=True)
    else:
        graded.mark(unreleased=True, override_points=4.0)
    mine, staffs = graded.attempt(), graded.attempt(staff=True)
    assert (mine.points, mine.final_score, mine.unreleased, mine.is_active) == (None, None, True, False)
    assert staffs.points is not None
    assert staffs.is_active
    with database.read() as session:
        kept = session.get_one(Submission, graded.submission)
        assert shown_of(session, kept, LATER, staff=False) == frozenset()
        assert "hidden" in shown_of(session, kept, LATER, staff=True)


def test_everybodys_attempts_are_those_of_each(database: Database, graded: Graded) -> None:
    with database.read() as session:
        task = graded.assignment(session)
        everybody = attempts_in(session, [task], LATER)
        mine = attempts_of(session, graded.student, [task], LATER, staff=True)
    assert everybody == {(graded.student, task.id): mine[task.id]}
