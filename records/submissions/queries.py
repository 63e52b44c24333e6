"""What students look up of their own: a submission with its files, and the notices that they have not dismissed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.members import Member
from records.courses.models import Assignment
from records.marking.models import Marking
from records.reruns.changes import attempt_number
from records.submissions.models import RunTest, Submission
from records.submissions.notices import Notice

_MOST_NOTICES = 10


class OpenNotice(NamedTuple):
    """A notice that is not dismissed, with its submission.

    Attributes:
        number: of the attempt.
        override: the points that a grader set; None for no override.
    """

    notice: Notice
    submission: Submission
    number: int
    override: float | None


def own_submission(session: Session, person_id: str, assignment: Assignment, submission_id: str) -> Submission | None:
    """Return a person's own submission to an assignment, with its files."""
    query = select(Submission).where(
        Submission.id == submission_id,
        Submission.assignment_id == assignment.id,
        Submission.person_id == person_id,
    )
    return session.scalar(query.options(undefer(Submission.files)))


def open_notices(session: Session, member: Member, submission_id: str | None = None) -> Sequence[OpenNotice]:
    """Return the latest notices that a member may see and has not dismissed, the latest first.

    Unreleased results take no place from others.

    Args:
        submission_id: of this submission alone; None for the whole course.
    """
    query = (
        select(Notice, Submission, attempt_number(), Marking.override_points)
        .join(Submission, Submission.id == Notice.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Marking, Marking.submission_id == Submission.id, isouter=True)
        .where(Notice.person_id == member.person_id, Notice.seen_at.is_(None))
        .where(Assignment.course_id == member.course.id, Assignment.visibility == "visible")
        .where(~Assignment.results_unreleased, ~func.coalesce(Marking.unreleased, False))
        .options(joinedload(Submission.assignment).joinedload(Assignment.version))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(_MOST_NOTICES)
    )
    if submission_id is not None:
        query = query.where(Submission.id == submission_id)
    return [OpenNotice(*row) for row in session.execute(query)]


def tests_of_runs(session: Session, run_ids: Iterable[str]) -> Mapping[str, Mapping[str, RunTest]]:
    """Return the tests of runs, by run and by name, each in the order of the suite."""
    found: defaultdict[str, dict[str, RunTest]] = defaultdict(dict)
    query = select(RunTest).where(RunTest.run_id.in_(list(run_ids)))
    for test in session.scalars(query.order_by(RunTest.run_id, RunTest.position)):
        found[test.run_id][test.name] = test
    return found
