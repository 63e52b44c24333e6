"""What pages and programs share of authoring: versions that are brought, examined and put in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from grader import records
from grader.bundle import Bundle, BundleError, path_problem
from grader.bundle.content import is_ignored
from web.access import Seat
from web.parts import parts

__all__ = [
    "MAX_NOTE",
    "Brought",
    "Row",
    "bring",
    "bundle_of",
    "examination_of",
    "examine",
    "found",
    "rows_of",
    "upload_of",
    "wake",
]

MAX_NOTE: Final = 500


@dataclass(frozen=True)
class Brought:
    """A version that was brought in.

    Attributes:
        assignment: for which.
        upload: when it was, by whom, with what note.
        study: its examination; None where none could be asked for now.
        refused: why none could be asked for.
        known: whether it had been brought before.
    """

    assignment: records.Assignment
    upload: records.Upload
    study: records.Study | None
    refused: str = ""
    known: bool = False


@dataclass(frozen=True)
class Row:
    """A version of an assignment, as a list shows it.

    Attributes:
        upload: None for a version that is in force and was never brought in by a person.
        study: its last examination, without the report.
        graded: how many submissions have a grade that this version gave.
    """

    version: records.Version
    upload: records.Upload | None
    study: records.Study | None
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


def found(session: Session, seat: Seat, bundle: Bundle) -> records.Assignment:
    """Set up a new assignment for a bundle, with the bundle's own policy; only staff see it for now.

    Raises:
        grader.records.Refused: the course has an assignment of that name.
    """
    session.execute(select(records.Course.id).where(records.Course.id == seat.course.id).with_for_update())
    mine = records.Assignment.course_id == seat.course.id
    if session.scalar(select(records.Assignment.id).where(mine, records.Assignment.slug == bundle.slug)):
        raise records.Refused(f"This course has an assignment {bundle.slug} already; bring a new version to that one.")
    last = session.scalar(select(func.max(records.Assignment.position)).where(mine))
    policy = bundle.manifest.policy
    assignment = records.Assignment(
        course_id=seat.course.id,
        slug=bundle.slug,
        attempts=policy.attempts,
        counting=policy.counting,
        late_percent_per_day=policy.late_percent_per_day,
        position=0 if last is None else last + 1,
        visibility="hidden",
    )
    session.add(assignment)
    session.flush()
    records.audit(
        session,
        actor=seat.person_id,
        action="create assignment",
        subject=f"assignment {assignment.id}",
        course_id=seat.course.id,
        after={"slug": bundle.slug, **policy.model_dump(mode="json")},
    )
    return assignment


def bring(session: Session, seat: Seat, assignment: records.Assignment, bundle: Bundle, note: str) -> Brought:
    """Keep a version for an assignment and have it examined, unless it has been or is being."""
    known = session.get(records.Upload, (assignment.id, bundle.version)) is not None
    upload = records.bring(session, assignment, bundle, seat.person_id, note.strip()[:MAX_NOTE])
    before = examination_of(session, assignment, bundle.version)
    if before is not None and before.state != "failed":
        return Brought(assignment, upload, before, known=known)
    try:
        return Brought(assignment, upload, examine(session, seat, assignment, bundle.version), known=known)
    except records.Refused as refused:
        return Brought(assignment, upload, None, str(refused), known)


def examine(session: Session, seat: Seat, assignment: records.Assignment, version_hash: str) -> records.Study:
    """Ask for an examination; whoever calls this calls `wake` when it is committed.

    Raises:
        grader.records.Refused: too many are underway.
    """
    return records.ask_for_study(session, "examination", assignment, seat.person_id, version_hash)


def wake() -> None:
    """Tell the workers that there is something to examine."""
    parts().intake.wake("batch")


def examination_of(
    session: Session, assignment: records.Assignment, version_hash: str, *, report: bool = False
) -> records.Study | None:
    """Return the last examination of a version; with its report, where that is wanted."""
    query = _examinations(assignment).where(records.Study.version_hash == version_hash).limit(1)
    return session.scalar(query.options(undefer(records.Study.report)) if report else query)


def upload_of(session: Session, assignment: records.Assignment, version_hash: str) -> records.Upload | None:
    """Return how a version came to an assignment, or answer that it never did; None where nobody brought it."""
    query = select(records.Upload).where(
        records.Upload.assignment_id == assignment.id, records.Upload.version_hash == version_hash
    )
    upload = session.scalar(query.options(joinedload(records.Upload.person)))
    if upload is None and version_hash != assignment.version_hash:
        abort(404)
    return upload


def rows_of(session: Session, assignment: records.Assignment) -> list[Row]:
    """Return an assignment's versions, the newest first; the number of queries is constant."""
    uploads = session.scalars(
        select(records.Upload)
        .where(records.Upload.assignment_id == assignment.id)
        .options(joinedload(records.Upload.version), joinedload(records.Upload.person))
        .order_by(records.Upload.at.desc())
    ).all()
    studies: dict[str | None, records.Study] = {}
    for study in session.scalars(_examinations(assignment)):
        studies.setdefault(study.version_hash, study)
    graded = _graded(session, assignment)
    versions: list[tuple[records.Version, records.Upload | None]] = [(one.version, one) for one in uploads]
    if assignment.version is not None and all(version.hash != assignment.version_hash for version, _ in versions):
        versions.append((assignment.version, None))
    return [
        Row(
            version,
            upload,
            studies.get(version.hash),
            graded.get(version.hash, 0),
            version.hash == assignment.version_hash,
        )
        for version, upload in versions
    ]


def _name_problem(name: str) -> str:
    hidden = "hidden files, caches and backups are no part of a bundle." if is_ignored(name) else ""
    return path_problem(name) or hidden


def _graded(session: Session, assignment: records.Assignment) -> Mapping[str, int]:
    query = (
        select(records.Run.version_hash, func.count())
        .join(records.Submission, records.Submission.run_id == records.Run.id)
        .where(records.Submission.assignment_id == assignment.id, records.Submission.kind == "submit")
        .group_by(records.Run.version_hash)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _examinations(assignment: records.Assignment) -> Select[records.Study]:
    return (
        select(records.Study)
        .where(records.Study.assignment_id == assignment.id, records.Study.kind == "examination")
        .order_by(records.Study.asked_at.desc(), records.Study.id)
    )
