"""What a change of policy would do is found without writing: every preview here has a session that only reads."""

from datetime import datetime, timedelta

import pytest

from records.courses.extensions import Extension
from records.courses.models import Assignment
from records.database.engine import Database
from records.queue.runs import request_run
from records.submissions.models import Submission
from records.submissions.policy_preview import PolicyImpact, preview_extension, preview_policy, preview_withdrawal
from records.submissions.submit import store_submission
from tests.records.graded_class import Class, failed, passed

HOUR = timedelta(hours=1)


class Preview:
    """A class of two, who both submitted at `at`: Ada with 4 of 4 points, Ben with 2 of 4."""

    def __init__(self, database: Database) -> None:
        self.database, self.year = database, Class(database)
        self.year.submit("Ada", passed("shape"), passed("value"))
        self.year.submit("Ben", passed("shape"), failed("value"))
        with database.read() as session:
            ada = session.get_one(Submission, self.year.submissions["Ada"])
            self.ada, self.at = ada.person_id, ada.created_at

    def set(self, **values: object) -> None:
        with self.database.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Assignment, self.year.task.id), name, value)

    def extend(self, due_at: datetime) -> None:
        with self.database.write() as session:
            key = {"assignment_id": self.year.task.id, "person_id": self.ada}
            session.add(Extension(**key, due_at=due_at, granted_by=self.year.grader))

    def policy(self, **values: object) -> PolicyImpact:
        with self.database.read() as session:
            return preview_policy(session, session.get_one(Assignment, self.year.task.id), values)

    def extension(self, due_at: datetime) -> PolicyImpact:
        with self.database.read() as session:
            return preview_extension(
                session, session.get_one(Assignment, self.year.task.id), [self.ada], due_at, attempts=None
            )

    def withdrawal(self) -> PolicyImpact:
        with self.database.read() as session:
            return preview_withdrawal(session, session.get_one(Assignment, self.year.task.id), self.ada)


@pytest.fixture
def preview(database: Database) -> Preview:
    return Preview(database)


def final_scores(impact: PolicyImpact) -> dict[str, tuple[float | None, float | None]]:
    return {row.name: (row.before.final_score, row.after.final_score) for row in impact.rows}


def test_an_earlier_due_date_lowers_every_grade(preview: Preview) -> None:
    impact = preview.policy(due_at=preview.at - HOUR, late_percent_per_day=50.0, visibility="hidden")
    assert final_scores(impact) == {"Ada": (4.0, 2.0), "Ben": (2.0, 1.0)}
    assert (impact.students, impact.submitted, impact.submissions) == (2, 2, 2)
    assert (impact.rises, impact.falls, impact.beyond) == (0, 2, 0)


def test_what_changes_no_score_affects_nobody(preview: Preview) -> None:
    impact = preview.policy(position=3, visibility="hidden")
    assert (impact.rows, impact.submissions, impact.falls) == ([], 0, 0)


def test_an_extension_outlasts_a_change_for_everybody(preview: Preview) -> None:
    preview.extend(preview.at + HOUR)
    impact = preview.policy(due_at=preview.at - HOUR)
    assert final_scores(impact) == {"Ben": (2.0, 0.0)}
    assert impact.extended == 1


def test_an_extension_raises_the_grade_of_those_who_get_it(preview: Preview) -> None:
    preview.set(due_at=preview.at - HOUR)
    impact = preview.extension(preview.at + HOUR)
    assert final_scores(impact) == {"Ada": (0.0, 4.0)}
    assert (impact.rises, impact.extended) == (1, 0)


def test_withdrawing_an_extension_restores_the_general_policy(preview: Preview) -> None:
    preview.set(due_at=preview.at - HOUR)
    preview.extend(preview.at + HOUR)
    assert final_scores(preview.withdrawal()) == {"Ada": (4.0, 0.0)}


def test_those_who_used_more_attempts_than_allowed_are_counted(preview: Preview) -> None:
    with preview.database.write() as session:
        first = session.get_one(Submission, preview.year.submissions["Ada"])
        again = store_submission(session, person=first.person, assignment=first.assignment, files=first.files)
        request_run(session, again, queue="interactive")
    assert [preview.policy(attempts=limit).beyond for limit in (0, 1, 2)] == [0, 1, 0]
