"""Results of a class, read from the database."""

from collections.abc import Collection, Mapping
from itertools import groupby

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.engine import chunks
from records.insights.figures import Answer, Finding
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, RunTest, Submission


def answers_of(session: Session, run_ids: Collection[str]) -> dict[str, Answer]:
    """Return graded runs as answers, by the run's id; one query for five thousand of them."""
    of_answer = (Submission.person_id, Submission.id, Run.id, Run.version_hash, func.coalesce(Run.seed, 0), Run.message)
    points = (RunTest.points, RunTest.max_points, RunTest.outcome == "passed")
    words = (RunTest.message, RunTest.wrong, RunTest.diagnosis, RunTest.fingerprint)
    query = (
        select(*of_answer, RunTest.name, RunTest.title, *points, *words, RunTest.duration_ms)
        .join_from(RunTest, Run, Run.id == RunTest.run_id)
        .join(Submission, Submission.id == Run.submission_id)
        .where(Run.state == "graded")
        .order_by(RunTest.run_id, RunTest.position)
    )
    found = {}
    wanted = sorted(set(run_ids))
    for some in chunks(wanted):
        rows = session.execute(query.where(RunTest.run_id.in_(some)))
        for run_id, tests in groupby(map(tuple, rows), key=lambda row: row[2]):
            of_run = list(tests)
            findings = tuple(Finding(*test[6:]) for test in of_run)
            found[run_id] = Answer(*(*of_run[0][:6], findings))
    return found


def students_by_mistake(session: Session, assignment: Assignment) -> Mapping[str, int]:
    """Return by known-wrong answer how many students matched it in any attempt."""
    query = (
        select(RunTest.wrong, func.count(distinct(Submission.person_id)))
        .join_from(Submission, RunTest, RunTest.run_id == Submission.run_id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit", RunTest.wrong.is_not(None))
        .group_by(RunTest.wrong)
    )
    return {wrong: count for wrong, count in session.execute(query) if wrong is not None}


def rerun_with_one_seed(session: Session, assignment: Assignment, version_hash: str) -> dict[str, str]:
    """Return by submission its latest graded run by a version in a rerun with one seed."""
    query = (
        select(RerunItem.submission_id, Run.id)
        .join_from(RerunItem, Rerun, Rerun.id == RerunItem.rerun_id)
        .join(Run, Run.id == RerunItem.run_after)
        .where(Rerun.assignment_id == assignment.id, Rerun.seed.is_not(None))
        .where(Run.version_hash == version_hash, Run.state == "graded")
        .order_by(Rerun.asked_at, Rerun.id)
    )
    return dict(session.execute(query).all())
