"""What pages and programs share of authoring: versions that are brought, verified and put in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from grader.bundle.archive import path_problem
from grader.bundle.bundle import Bundle
from grader.bundle.content import is_ignored
from grader.bundle.problems import BundleError
from records.courses.members import Member
from records.courses.models import Assignment, Course
from records.database.audit import audit
from records.errors import NotAllowed
from records.queue.jobs import Job, request_job
from records.submissions.models import Run, Submission
from records.versions import publishing
from records.versions.models import Version
from records.versions.publishing import Upload
from web.extensions import services

MAX_NOTE: Final = 500


@dataclass(frozen=True)
class Uploaded:
    """A version that was brought in.

    Attributes:
        assignment: for which.
        upload: when it was, by whom, with what note.
        job: its verification; None where none could be asked for now.
        refused: why none could be asked for.
        known: whether it had been brought before.
    """

    assignment: Assignment
    upload: Upload
    job: Job | None
    refused: str = ""
    known: bool = False


@dataclass(frozen=True)
class Row:
    """A version of an assignment, as a list shows it.

    Attributes:
        upload: None for a version that is in force and was never brought in by a person.
        job: its last verification, without the report.
        graded: how many submissions have a grade that this version gave.
    """

    version: Version
    upload: Upload | None
    job: Job | None
    graded: int
    in_force: bool


def bundle_of(slug: str, files: Mapping[str, bytes]) -> Bundle:
    """Return the bundle of files that were sent one by one.

    Raises:
        BundleError: they are none, or a name is one that no bundle may have.
    """
    problems = [f"{ascii(name)[1:-1]}: {problem}" for name in files if (problem := _name_problem(name))]
    if problems:
        raise BundleError(problems)
    return Bundle.from_files(slug, files)


def create_assignment(session: Session, member: Member, bundle: Bundle) -> Assignment:
    """Set up a new assignment for a bundle, with the bundle's own policy; only staff see it for now.

    Raises:
        NotAllowed: the course has an assignment of that name.
    """
    session.execute(select(Course.id).where(Course.id == member.course.id).with_for_update())
    mine = Assignment.course_id == member.course.id
    if session.scalar(select(Assignment.id).where(mine, Assignment.slug == bundle.slug)):
        raise NotAllowed(f"This course has an assignment {bundle.slug} already; bring a new version to that one.")
    last = session.scalar(select(func.max(Assignment.position)).where(mine))
    policy = bundle.manifest.policy
    assignment = Assignment(
        course_id=member.course.id,
        slug=bundle.slug,
        attempts=policy.attempts,
        active_rule=policy.counting,
        late_percent_per_day=policy.late_percent_per_day,
        position=0 if last is None else last + 1,
        visibility="hidden",
    )
    session.add(assignment)
    session.flush()
    audit(
        session,
        actor=member.person_id,
        action="create assignment",
        assignment_id=assignment.id,
        course_id=member.course.id,
        after={"slug": bundle.slug, **policy.model_dump(mode="json")},
    )
    return assignment


def upload(session: Session, member: Member, assignment: Assignment, bundle: Bundle, note: str) -> Uploaded:
    """Keep a version for an assignment and have it verified, unless it has been or is being."""
    known = session.get(Upload, (assignment.id, bundle.version)) is not None
    upload = publishing.upload_version(session, assignment, bundle, member.person_id, note.strip()[:MAX_NOTE])
    before = verification_of(session, assignment, bundle.version)
    if before is not None and before.state != "failed":
        return Uploaded(assignment, upload, before, known=known)
    try:
        return Uploaded(assignment, upload, verify(session, member, assignment, bundle.version), known=known)
    except NotAllowed as refused:
        return Uploaded(assignment, upload, None, str(refused), known)


def verify(session: Session, member: Member, assignment: Assignment, version_hash: str) -> Job:
    """Ask for an verification; whoever calls this calls `wake` when it is committed.

    Raises:
        NotAllowed: too many are underway.
    """
    return request_job(session, "verification", assignment, member.person_id, version_hash)


def wake() -> None:
    """Tell the workers that there is something to verify."""
    services().submitter.wake("background")


def verification_of(session: Session, assignment: Assignment, version_hash: str, *, report: bool = False) -> Job | None:
    """Return the last verification of a version; with its report, where that is wanted."""
    query = _verifications(assignment).where(Job.version_hash == version_hash).limit(1)
    return session.scalar(query.options(undefer(Job.report)) if report else query)


def upload_of(session: Session, assignment: Assignment, version_hash: str) -> Upload | None:
    """Return how a version came to an assignment, or answer that it never did; None where nobody brought it."""
    query = select(Upload).where(Upload.assignment_id == assignment.id, Upload.version_hash == version_hash)
    upload = session.scalar(query.options(joinedload(Upload.person)))
    if upload is None and version_hash != assignment.version_hash:
        abort(404)
    return upload


def rows_of(session: Session, assignment: Assignment) -> list[Row]:
    """Return an assignment's versions, the newest first; the number of queries is constant."""
    uploads = session.scalars(
        select(Upload)
        .where(Upload.assignment_id == assignment.id)
        .options(joinedload(Upload.version), joinedload(Upload.person))
        .order_by(Upload.at.desc())
    ).all()
    jobs: dict[str | None, Job] = {}
    for job in session.scalars(_verifications(assignment)):
        jobs.setdefault(job.version_hash, job)
    graded = _graded(session, assignment)
    versions: list[tuple[Version, Upload | None]] = [(one.version, one) for one in uploads]
    if assignment.version is not None and all(version.hash != assignment.version_hash for version, _ in versions):
        versions.append((assignment.version, None))
    return [
        Row(
            version,
            upload,
            jobs.get(version.hash),
            graded.get(version.hash, 0),
            version.hash == assignment.version_hash,
        )
        for version, upload in versions
    ]


def _name_problem(name: str) -> str:
    hidden = "hidden files, caches and backups are no part of a bundle." if is_ignored(name) else ""
    return path_problem(name) or hidden


def _graded(session: Session, assignment: Assignment) -> Mapping[str, int]:
    query = (
        select(Run.version_hash, func.count())
        .join(Submission, Submission.run_id == Run.id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
        .group_by(Run.version_hash)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _verifications(assignment: Assignment) -> Select[Job]:
    return (
        select(Job)
        .where(Job.assignment_id == assignment.id, Job.kind == "verification")
        .order_by(Job.asked_at.desc(), Job.id)
    )
