"""The versions of an assignment: how each was uploaded, verified and used."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses.models import Assignment
from records.queue.jobs import Job
from records.submissions.models import Run, Submission
from records.versions.models import Version
from records.versions.publishing import Upload


@dataclass(frozen=True)
class VersionEntry:
    """A version in the history of its assignment.

    Attributes:
        upload: None for a version in force that nobody uploaded.
        verification: the last one, without its report.
        graded: number of submissions whose grade this version gave.
    """

    version: Version
    upload: Upload | None
    verification: Job | None
    graded: int
    in_force: bool


def versions_of(session: Session, assignment: Assignment) -> list[VersionEntry]:
    """Return the versions of an assignment, newest first, in a constant number of queries."""
    verifications: dict[str | None, Job] = {}
    for job in session.scalars(_verifications(assignment)):
        verifications.setdefault(job.version_hash, job)
    graded = _graded(session, assignment)
    query = select(Upload).where(Upload.assignment_id == assignment.id).order_by(Upload.at.desc())
    uploads = session.scalars(query.options(joinedload(Upload.version), joinedload(Upload.person)))
    versions: list[tuple[Version, Upload | None]] = [(upload.version, upload) for upload in uploads]
    if assignment.version is not None and all(version.hash != assignment.version_hash for version, _ in versions):
        versions.append((assignment.version, None))
    return [
        VersionEntry(
            version=version,
            upload=upload,
            verification=verifications.get(version.hash),
            graded=graded.get(version.hash, 0),
            in_force=version.hash == assignment.version_hash,
        )
        for version, upload in versions
    ]


def upload_of(session: Session, assignment: Assignment, version_hash: str) -> Upload | None:
    """Return the upload of a version; None for the version in force where nobody uploaded it.

    Raises:
        LookupError: the assignment has no such version.
    """
    query = select(Upload).where(Upload.assignment_id == assignment.id, Upload.version_hash == version_hash)
    upload = session.scalar(query.options(joinedload(Upload.person)))
    if upload is None and version_hash != assignment.version_hash:
        raise LookupError(f"assignment {assignment.id} has no version {version_hash}")
    return upload


def verification_of(session: Session, assignment: Assignment, version_hash: str, *, report: bool = False) -> Job | None:
    """Return the last verification of a version, with its report if `report` is set; None before the first."""
    query = _verifications(assignment).where(Job.version_hash == version_hash).limit(1)
    return session.scalar(query.options(undefer(Job.report)) if report else query)


def job_at(session: Session, job_id: str) -> Job | None:
    """Return a job with its report, its assignment and its course; None if there is none of this id."""
    related = joinedload(Job.assignment).joinedload(Assignment.course)
    return session.scalar(select(Job).where(Job.id == job_id).options(related, undefer(Job.report)))


def _graded(session: Session, assignment: Assignment) -> Mapping[str, int]:
    query = (
        select(Run.version_hash, func.count())
        .join(Submission, Submission.run_id == Run.id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
        .group_by(Run.version_hash)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _verifications(assignment: Assignment) -> Select[Job]:
    of_assignment = select(Job).where(Job.assignment_id == assignment.id, Job.kind == "verification")
    return of_assignment.order_by(Job.asked_at.desc(), Job.id)
