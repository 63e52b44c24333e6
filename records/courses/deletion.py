"""Assignments that never came to anything, removed from their course."""

from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.courses.extensions import Extension
from records.courses.models import Assignment
from records.database.audit import audit
from records.errors import NotAllowed
from records.marking.models import RubricItem
from records.queue.jobs import Job
from records.submissions.drafts import Draft
from records.submissions.models import Submission
from records.versions.publishing import Upload

_BELONGING: Final = (Draft, Extension, RubricItem, Job, Upload)


def is_deletable(session: Session, assignment: Assignment) -> bool:
    """Tell whether no version of an assignment is in force and nothing was submitted for it, not even as a trial."""
    submitted = select(Submission.id).where(Submission.assignment_id == assignment.id).limit(1)
    return assignment.version_hash is None and session.scalar(submitted) is None


def delete_assignment(session: Session, assignment: Assignment, person_id: str) -> None:
    """Remove an assignment from its course, with its jobs and the note of its versions, which are kept themselves.

    Raises:
        NotAllowed: a version of it is in force, or something was submitted for it.
    """
    query = select(Assignment).where(Assignment.id == assignment.id).with_for_update()
    assignment = session.scalars(query.execution_options(populate_existing=True)).one()
    if not is_deletable(session, assignment):
        raise NotAllowed("Only an assignment without a version in force and without submissions can be deleted.")
    for table in _BELONGING:
        session.execute(delete(table).where(table.assignment_id == assignment.id))
    session.delete(assignment)
    session.flush()
    audit(
        session,
        actor=person_id,
        action="delete assignment",
        assignment_id=assignment.id,
        course_id=assignment.course_id,
        before={"slug": assignment.slug},
    )
