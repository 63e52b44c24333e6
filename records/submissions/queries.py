"""Submissions with their files: one, or all of somebody in a course."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.models import Assignment
from records.submissions.models import Submission


def own_submission(session: Session, person_id: str, assignment: Assignment, submission_id: str) -> Submission | None:
    """Return somebody's own submission for an assignment, with its files."""
    query = select(Submission).where(
        Submission.id == submission_id,
        Submission.assignment_id == assignment.id,
        Submission.person_id == person_id,
    )
    return session.scalar(query.options(undefer(Submission.files)))


def submissions_in_course(session: Session, course_id: str, person_id: str) -> Sequence[Submission]:
    """Return all that somebody submitted in a course, with assignments and files, the oldest first."""
    query = (
        select(Submission)
        .join(Assignment)
        .where(Assignment.course_id == course_id, Submission.person_id == person_id)
        .order_by(Submission.created_at)
        .options(joinedload(Submission.assignment), undefer(Submission.files))
    )
    return session.scalars(query).all()
