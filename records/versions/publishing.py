"""Versions uploaded to an assignment, and putting one of them in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from grader.bundle.bundle import Bundle
from records.courses.models import Assignment, audit_assignment
from records.database.base import Base, now
from records.database.engine import clock, insert
from records.people.models import Person
from records.queue.jobs import Job
from records.submissions.models import Run, Submission
from records.versions.models import Version, keep_version


class Upload(Base):
    """A version uploaded to an assignment; the one in force is the assignment's `version_hash`.

    Attributes:
        note: what changed, in the author's words.
    """

    __tablename__ = "uploads"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)

    version: Mapped[Version] = relationship()
    person: Mapped[Person | None] = relationship()


class GateClosed(Exception):
    """A version may not be published; the text tells its author why."""


@dataclass(frozen=True)
class Published:
    """What publishing a version changed.

    Attributes:
        before: the version in force before; None for none.
        graded_by_others: how many submissions have a grade by another version.
        shown: whether students newly see the assignment.
    """

    before: str | None
    graded_by_others: int
    shown: bool


def upload_version(session: Session, assignment: Assignment, bundle: Bundle, person_id: str, note: str = "") -> Upload:
    """Store a version and note that it belongs to an assignment; the version in force stays."""
    version = keep_version(session, bundle)
    if _store_upload(session, assignment, version.hash, person_id=person_id, note=note, at=clock(session)):
        audit_assignment(session, assignment, person_id, "upload version", reason=note, after={"version": version.hash})
    return session.get_one(Upload, (assignment.id, version.hash))


def publish_version(
    session: Session,
    assignment: Assignment,
    version_hash: str,
    person_id: str,
    reason: str = "",
    *,
    override: bool = False,
    show: bool = False,
) -> Published:
    """Put a version in force: it grades submissions from now on; no grade changes.

    With `override`, which needs a reason, it passes a closed gate; with `show`, the assignment becomes visible.

    Raises:
        GateClosed: the gate is closed, or the version is not verified.
        LookupError: the version was not uploaded to this assignment.
    """
    assignment = _locked_with_version(session, assignment, version_hash)
    is_open = _gate(session, assignment.id, version_hash)
    if not is_open:
        _expect_reason(is_open, reason if override else "", override=override)
    before, was = assignment.version_hash, assignment.visibility
    if before is not None:  # stored as an upload, it is still found when it is replaced
        _store_upload(session, assignment, before, at=assignment.created_at)
    assignment.version_hash = version_hash
    assignment.visibility = "visible" if show else was
    session.flush()
    audit_assignment(
        session,
        assignment,
        person_id,
        "publish version" if is_open else "override gate",
        reason=reason,
        before={"version": before, "visibility": was},
        after={"version": version_hash, "visibility": assignment.visibility},
    )
    session.expire(assignment, ["version"])
    others = graded_by_others(session, assignment.id, version_hash)
    return Published(before, others, assignment.visibility != was)


def graded_by_others(session: Session, assignment_id: str, version_hash: str) -> int:
    """Return how many submissions of an assignment have a grade by another version."""
    graded = select(func.count()).select_from(Submission).join(Run, Run.id == Submission.run_id)
    return session.scalars(
        graded.where(
            Submission.assignment_id == assignment_id, Submission.kind == "submit", Run.version_hash != version_hash
        )
    ).one()


def _store_upload(session: Session, assignment: Assignment, version_hash: str, **values: Any) -> bool:
    adding = insert(session, Upload).values(assignment_id=assignment.id, version_hash=version_hash, **values)
    return session.scalar(adding.on_conflict_do_nothing().returning(Upload.version_hash)) is not None


def _locked_with_version(session: Session, assignment: Assignment, version_hash: str) -> Assignment:
    """Return an assignment, locked until commit, if it has this version."""
    query = select(Assignment).where(Assignment.id == assignment.id).with_for_update()
    assignment = session.scalars(query.execution_options(populate_existing=True)).one()
    upload = session.get(Upload, (assignment.id, version_hash))
    if upload is None and version_hash != assignment.version_hash:
        raise LookupError(f"version {version_hash} was not uploaded to assignment {assignment.id}")
    return assignment


def is_sound(session: Session, assignment: Assignment, version_hash: str) -> bool:
    """Return whether a version is in force, or passed its last verification."""
    return version_hash == assignment.version_hash or _gate(session, assignment.id, version_hash) is True


def _gate(session: Session, assignment_id: str, version_hash: str) -> bool | None:
    """Return whether the last finished verification of a version opened its gate; None without one."""
    verified = (
        select(Job.gate_open)
        .where(Job.assignment_id == assignment_id, Job.kind == "verification", Job.version_hash == version_hash)
        .where(Job.state == "done")
        .order_by(Job.asked_at.desc(), Job.finished_at.desc())
    )
    return session.scalar(verified.limit(1))


def _expect_reason(is_open: bool | None, reason: str, *, override: bool) -> None:
    if override and reason.strip():
        return
    if override:
        raise GateClosed("Say why this version is to be published all the same: the reason is kept in the audit log.")
    if is_open is None:
        raise GateClosed("This version has not been verified yet, so it cannot be published.")
    raise GateClosed("The gate of this version is shut, so it cannot be published. Its report says what to mend.")
