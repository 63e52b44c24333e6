"""The notices that somebody has not dismissed, with the tests that they may see before and after the change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment
from records.courses.policy import policies_at
from records.marking.models import Marking
from records.reruns.changes import attempt_number
from records.submissions.models import RunTest, Submission
from records.submissions.notices import Notice
from records.submissions.scores import shown_visibilities

_MAX_NOTICES: Final = 10

TestsByName = Mapping[str, RunTest]


@dataclass(frozen=True)
class UnseenNotice:
    """A notice and what it is about.

    Attributes:
        attempt: the number of the attempt.
        overridden: whether a grader has set the points.
        before, after: the tests that may be seen of the runs between which the grade went; None without a run.
    """

    notice: Notice
    assignment: Assignment
    attempt: int
    overridden: bool
    before: TestsByName | None
    after: TestsByName | None


def unseen_notices(
    session: Session, person_id: str, course_id: str, now: datetime, submission_id: str | None = None
) -> list[UnseenNotice]:
    """Return somebody's latest notices in a course; the number of queries does not grow with theirs.

    Args:
        session: to read in.
        person_id: whose notices.
        course_id: in which course.
        now: by the database's clock.
        submission_id: of this submission alone; None for the whole course.
    """
    rows = _rows(session, person_id, course_id, submission_id)
    if not rows:
        return []
    policies = policies_at(session, {row.Submission.assignment for row in rows}, person_id)
    runs = _tests(session, {run for row in rows for run in (row.Notice.run_before, row.Notice.run_after) if run})
    notices = []
    for row in rows:
        notice, assignment = row.Notice, row.Submission.assignment
        shown = shown_visibilities(policies.of(person_id, assignment.id), now)
        before, after = (
            {name: test for name, test in runs.get(run_id, {}).items() if test.visibility in shown} if run_id else None
            for run_id in (notice.run_before, notice.run_after)
        )
        notices.append(UnseenNotice(notice, assignment, row.number, row.override is not None, before, after))
    return notices


def _rows(session: Session, person_id: str, course_id: str, submission_id: str | None) -> list[Row[Any]]:
    """Return the latest that may be shown now; unreleased ones do not use up the limit."""
    query = (
        select(
            Notice,
            Submission,
            attempt_number().label("number"),
            Marking.override_points.label("override"),
        )
        .join(Submission, Submission.id == Notice.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Marking, Marking.submission_id == Submission.id, isouter=True)
        .where(Notice.person_id == person_id, Notice.seen_at.is_(None))
        .where(Assignment.course_id == course_id, Assignment.visibility == "visible")
        .where(~Assignment.results_unreleased, ~func.coalesce(Marking.unreleased, False))
        .options(joinedload(Submission.assignment).joinedload(Assignment.version))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(_MAX_NOTICES)
    )
    if submission_id is not None:
        query = query.where(Submission.id == submission_id)
    return list(session.execute(query))


def _tests(session: Session, run_ids: Iterable[str]) -> Mapping[str, TestsByName]:
    found: defaultdict[str, dict[str, RunTest]] = defaultdict(dict)
    query = select(RunTest).where(RunTest.run_id.in_(list(run_ids)))
    for test in session.scalars(query.order_by(RunTest.run_id, RunTest.position)):
        found[test.run_id][test.name] = test
    return found
