"""Uploads: which versions somebody brought to an assignment, and which of them is in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from grader.bundle.bundle import Bundle
from records.courses.models import Assignment
from records.database.audit import audit
from records.database.base import Base, now
from records.database.engine import clock, insert
from records.people.models import Person
from records.queue.jobs import Job
from records.submissions.models import Run, Submission
from records.versions.models import Version, keep_version


class Upload(Base):
    """A version that was brought to an assignment, once; the one in force is the assignment's own `version_hash`.

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
    """A version may not be published as it is; the text says why, to its author."""


@dataclass(frozen=True)
class Published:
    """What publishing a version changed.

    Attributes:
        before: the version that was in force, None where there was none.
        graded_by_others: how many submissions have a grade that another version gave.
        shown: whether students see the assignment from now on, and did not before.
    """

    before: str | None
    graded_by_others: int
    shown: bool


def upload_version(session: Session, assignment: Assignment, bundle: Bundle, person_id: str, note: str = "") -> Upload:
    """Keep a version for an assignment, which goes on with the one in force; what was brought before stays as it was.

    Args:
        session: one that writes.
        assignment: for which.
        bundle: the version.
        person_id: who brings it.
        note: what changed, in their words.
    """
    version = keep_version(session, bundle)
    if _keep(session, assignment, version.hash, person_id=person_id, note=note, at=clock(session)):
        audit(
            session,
            actor=person_id,
            action="upload version",
            assignment_id=assignment.id,
            course_id=assignment.course_id,
            reason=note,
            after={"version": version.hash},
        )
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
    """Put a version in force: what is submitted from now on is graded by it, and no grade changes.

    Args:
        session: one that writes.
        assignment: whose.
        version_hash: a version that was brought to it, or is in force.
        person_id: who publishes it.
        reason: why, which is logged.
        override: whether a shut gate is to be passed; there must be a reason then.
        show: whether students are to see the assignment from now on.

    Raises:
        GateShut: the gate is shut, or nobody knows whether it is.
        LookupError: the version was not brought to this assignment.
    """
    assignment = _reachable(session, assignment, version_hash)
    is_open = _gate(session, assignment.id, version_hash)
    if not is_open:
        _expect_reason(is_open, reason if override else "", override=override)
    before, was = assignment.version_hash, assignment.visibility
    _keep_in_reach(session, assignment)
    assignment.version_hash = version_hash
    assignment.visibility = "visible" if show else was
    session.flush()
    audit(
        session,
        actor=person_id,
        action="publish version" if is_open else "override gate",
        assignment_id=assignment.id,
        course_id=assignment.course_id,
        reason=reason,
        before={"version": before, "visibility": was},
        after={"version": version_hash, "visibility": assignment.visibility},
    )
    session.expire(assignment, ["version"])
    others = graded_by_others(session, assignment.id, version_hash)
    return Published(before, others, assignment.visibility != was)


def graded_by_others(session: Session, assignment_id: str, version_hash: str) -> int:
    """Return how many submissions of an assignment have a grade that another version gave."""
    graded = select(func.count()).select_from(Submission).join(Run, Run.id == Submission.run_id)
    return session.scalars(
        graded.where(
            Submission.assignment_id == assignment_id, Submission.kind == "submit", Run.version_hash != version_hash
        )
    ).one()


def _keep(session: Session, assignment: Assignment, version_hash: str, **values: Any) -> bool:
    """Note that a version is an assignment's, unless that is noted already; tell whether it was not."""
    adding = insert(session, Upload).values(assignment_id=assignment.id, version_hash=version_hash, **values)
    return session.scalar(adding.on_conflict_do_nothing().returning(Upload.version_hash)) is not None


def _reachable(session: Session, assignment: Assignment, version_hash: str) -> Assignment:
    """Return an assignment that nobody else changes until the transaction ends, if it has this version."""
    query = select(Assignment).where(Assignment.id == assignment.id).with_for_update()
    assignment = session.scalars(query.execution_options(populate_existing=True)).one()
    upload = session.get(Upload, (assignment.id, version_hash))
    if upload is None and version_hash != assignment.version_hash:
        raise LookupError(f"version {version_hash} was not brought to assignment {assignment.id}")
    return assignment


def _keep_in_reach(session: Session, assignment: Assignment) -> None:
    """Let the version in force be found afterwards too, though nobody brought it."""
    if assignment.version_hash is not None:
        _keep(session, assignment, assignment.version_hash, at=assignment.created_at)


def is_sound(session: Session, assignment: Assignment, version_hash: str) -> bool:
    """Tell whether a version is in force, or its last verification found its gate open."""
    return version_hash == assignment.version_hash or _gate(session, assignment.id, version_hash) is True


def _gate(session: Session, assignment_id: str, version_hash: str) -> bool | None:
    """Return whether the last verification of a version that came to an end found its gate open; None without one."""
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
