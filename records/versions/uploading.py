"""Uploading versions: to a new assignment or to one of the course, each verified at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.bundle.archive import path_problem
from grader.bundle.bundle import Bundle
from grader.bundle.content import is_ignored
from grader.bundle.problems import BundleError
from records.courses.lookup import find_assignment
from records.courses.models import Assignment, Course, audit_assignment
from records.errors import NotAllowed
from records.queue.jobs import Job, request_job
from records.versions.history import verification_of
from records.versions.publishing import Upload, upload_version

MAX_NOTE: Final = 500  # characters


@dataclass(frozen=True)
class UploadResult:
    """A version that was uploaded.

    Attributes:
        verification: None if it could not be requested now.
        refusal: why it could not; "" if it was.
        known: whether this version had been uploaded before.
    """

    assignment: Assignment
    upload: Upload
    verification: Job | None
    refusal: str
    known: bool


def bundle_from_files(slug: str, files: Mapping[str, bytes]) -> Bundle:
    """Return the bundle of files that were sent one by one.

    Raises:
        BundleError: the files are no bundle, or a bundle may not have a file of such a name.
    """
    hidden = "hidden files, caches and backups are no part of a bundle."
    named = {name: path_problem(name) or (hidden if is_ignored(name) else "") for name in files}
    problems = [f"{ascii(name)[1:-1]}: {problem}" for name, problem in named.items() if problem]
    if problems:
        raise BundleError(problems)
    return Bundle.from_files(slug, files)


def create_assignment(session: Session, course_id: str, bundle: Bundle, person_id: str) -> Assignment:
    """Create an assignment with the policy of its bundle, hidden from students.

    Raises:
        NotAllowed: the course has an assignment of this name.
    """
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update())
    if find_assignment(session, course_id, bundle.slug):
        raise NotAllowed(f"This course has an assignment {bundle.slug} already. Upload a new version of that one.")
    last = session.scalar(select(func.max(Assignment.position)).where(Assignment.course_id == course_id))
    policy = bundle.manifest.policy
    assignment = Assignment(
        course_id=course_id,
        slug=bundle.slug,
        attempts=policy.attempts,
        active_rule=policy.counting,
        late_percent_per_day=policy.late_percent_per_day,
        position=0 if last is None else last + 1,
        visibility="hidden",
    )
    session.add(assignment)
    session.flush()
    audit_assignment(
        session,
        assignment,
        person_id,
        "create assignment",
        after={"slug": bundle.slug, **policy.model_dump(mode="json")},
    )
    return assignment


def upload_and_verify(
    session: Session, assignment: Assignment, bundle: Bundle, person_id: str, note: str = ""
) -> UploadResult:
    """Store a version of an assignment, and request its verification unless one is done or underway."""
    known = session.get(Upload, (assignment.id, bundle.version)) is not None
    upload = upload_version(session, assignment, bundle, person_id, note.strip()[:MAX_NOTE])
    verification, refusal = verification_of(session, assignment, bundle.version), ""
    if verification is None or verification.state == "failed":
        try:
            verification = request_job(session, "verification", assignment, person_id, bundle.version)
        except NotAllowed as refused:
            verification, refusal = None, str(refused)
    return UploadResult(assignment, upload, verification, refusal, known)
