"""Deleting an assignment that was never used."""

from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.courses.extensions import Extension
from records.courses.models import Assignment, audit_assignment
from records.errors import NotAllowed
from records.marking.models import RubricItem
from records.queue.jobs import Job
from records.submissions.drafts import Draft
from records.submissions.models import Submission
from records.versions.publishing import Upload

_BELONGING: Final = (Draft, Extension, RubricItem, Job, Upload)


def is_deletable(session: Session, assignment: Assignment) -> bool:
    """Return whether an assignment has no version in force and no submissions, trials included."""
    submitted = select(Submission.id).where(Submission.assignment_id == assignment.id).limit(1)
    return assignment.version_hash is None and session.scalar(submitted) is None


def delete_assignment(session: Session, assignment: Assignment, person_id: str) -> None:
    """Delete an assignment with its jobs and uploads; the versions themselves stay.

    Raises:
        NotAllowed: it has a version in force, or submissions.
    """
    query = select(Assignment).where(Assignment.id == assignment.id).with_for_update()
    assignment = session.scalars(query.execution_options(populate_existing=True)).one()
    if not is_deletable(session, assignment):
        raise NotAllowed("Only an assignment without a version in force and without submissions can be deleted.")
    for table in _BELONGING:
        session.execute(delete(table).where(table.assignment_id == assignment.id))
    session.delete(assignment)
    session.flush()
    audit_assignment(session, assignment, person_id, "delete assignment", before={"slug": assignment.slug})
