"""Similarity searches: requested by staff, and what they found."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from records.courses.models import Assignment, audit_assignment
from records.people.models import Person
from records.queue.jobs import Job, request_job
from records.submissions.models import Submission

_LISTED: Final = 10


def request_search(session: Session, assignment: Assignment, person_id: str, *, withdrawn: bool = False) -> Job:
    """Queue a search through each student's last attempt; of `withdrawn` students too if asked.

    Raises:
        NotAllowed: too many jobs of this assignment are underway.
    """
    job = request_job(session, "similarity", assignment, person_id, assignment.version_hash, withdrawn=withdrawn)
    audit_assignment(session, assignment, person_id, "search similarity", after={"job": job.id})
    return job


def searches_of(session: Session, assignment: Assignment) -> Sequence[Job]:
    """Return the latest searches of an assignment, newest first."""
    query = select(Job).where(Job.assignment_id == assignment.id, Job.kind == "similarity")
    return session.scalars(query.order_by(Job.asked_at.desc(), Job.id).limit(_LISTED)).all()


def search_at(session: Session, assignment: Assignment, job_id: str) -> Job | None:
    """Return a search of an assignment with its report; None if it has none of this id."""
    query = select(Job).where(Job.id == job_id, Job.assignment_id == assignment.id, Job.kind == "similarity")
    return session.scalar(query.options(undefer(Job.report)))


def authors_of(session: Session, assignment: Assignment, submission_ids: Collection[str]) -> dict[str, str]:
    """Return the names of the students who submitted these attempts, by submission."""
    query = (
        select(Submission.id, Person.name)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
    )
    return {submission_id: name for submission_id, name in session.execute(query) if submission_id in submission_ids}
