"""Reruns: many submissions graded again; no grade changes until somebody has compared and decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from records.courses.models import Assignment, Course
from records.database.audit import Action, audit
from records.database.base import Base, new_id, now, one_of
from records.database.engine import chunks
from records.database.types import Text
from records.errors import NotAllowed
from records.people.models import Person
from records.submissions.models import Run, Submission
from records.versions.models import Version

RerunState = Literal["underway", "paused", "cancelled", "applied", "discarded"]
UNDECIDED: Final[tuple[RerunState, ...]] = ("underway", "paused")


class Rerun(Base):
    """Many submissions graded again, until somebody decides on them.

    Attributes:
        assignment_id: None for a whole course.
        version_hash: the version to grade by; None for the version in force of each assignment.
        seed: of all runs, so that answers can be compared; None for each submission's earlier seed.
        chosen: which submissions, as a phrase.
        reason: why, for those whose grade it changes.
        state: "underway" until somebody decides, also when everything is graded.
    """

    __tablename__ = "reruns"
    __table_args__ = (one_of("state", *get_args(RerunState)), Index(None, "course_id", "asked_at"))

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignments.id"))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    seed: Mapped[int | None] = mapped_column(BigInteger)
    chosen: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    state: Mapped[RerunState] = mapped_column(Text(), default="underway")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    version: Mapped[Version | None] = relationship()
    person: Mapped[Person] = relationship()


class RerunItem(Base):
    """One submission of a rerun.

    Attributes:
        position: its place in the rerun.
        version_hash: the version to grade by.
        run_before: the active run when the rerun began.
        run_after: the rerun's own run; None while the rerun is paused, or if it was cancelled before this was graded.
        applied: whether the rerun's run was made the active one.
    """

    __tablename__ = "rerun_items"
    # Deleting a withdrawn run looks for rows that refer to it.
    __table_args__ = (Index(None, "run_after"), Index(None, "run_before"))

    rerun_id: Mapped[str] = mapped_column(ForeignKey("reruns.id"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True, index=True)
    position: Mapped[int]
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"))
    run_before: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    run_after: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    applied: Mapped[bool] = mapped_column(default=False)

    rerun: Mapped[Rerun] = relationship()
    submission: Mapped[Submission] = relationship()
    before: Mapped[Run | None] = relationship(foreign_keys=run_before)
    after: Mapped[Run | None] = relationship(foreign_keys=run_after)


def rerun_at(session: Session, course_id: str, rerun_id: str) -> Rerun | None:
    """Return a rerun of a course with its person, assignment and version; None if the course has none of this id."""
    related = (Rerun.person, Rerun.assignment, Rerun.version)
    return session.scalar(
        select(Rerun).where(Rerun.id == rerun_id, Rerun.course_id == course_id).options(*map(joinedload, related))
    )


def reruns_of(session: Session, course_id: str, limit: int) -> Sequence[Rerun]:
    """Return the latest reruns of a course, newest first."""
    of_assignment = joinedload(Rerun.assignment).joinedload(Assignment.version)
    query = select(Rerun).where(Rerun.course_id == course_id).options(joinedload(Rerun.person), of_assignment)
    return session.scalars(query.order_by(Rerun.asked_at.desc()).limit(limit)).all()


def rerun_item(session: Session, rerun: Rerun, submission_id: str) -> RerunItem | None:
    """Return a submission of a rerun with its files and both runs; None if it has no such submission."""
    of_submission = joinedload(RerunItem.submission).undefer(Submission.files)
    options = [joinedload(RerunItem.before), joinedload(RerunItem.after), of_submission]
    return session.get(RerunItem, (rerun.id, submission_id), options=options)


def locked_rerun(session: Session, course_id: str, rerun_id: str) -> Rerun | None:
    """Return a rerun of a course, locked until commit; None if there is none."""
    query = select(Rerun).where(Rerun.id == rerun_id, Rerun.course_id == course_id)
    return session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def log_rerun(
    session: Session, rerun: Rerun, person_id: str, action: Action, after: Mapping[str, Any], reason: str = ""
) -> None:
    """Log an act on a rerun, in the transaction that does it."""
    audit(session, person_id, action, rerun_id=rerun.id, course_id=rerun.course_id, reason=reason, after=after)


def expect_in_no_rerun(session: Session, submission_ids: Sequence[str], but: str = "") -> None:
    """Check that no undecided rerun, other than `but`, has one of these submissions.

    Raises:
        NotAllowed: one has; the text names it.
    """
    for some in chunks(submission_ids):
        others = (
            select(RerunItem.rerun_id, func.count())
            .join(Rerun, Rerun.id == RerunItem.rerun_id)
            .where(Rerun.state.in_(UNDECIDED), Rerun.id != but, RerunItem.submission_id.in_(some))
            .group_by(RerunItem.rerun_id)
        )
        for rerun_id, count in session.execute(others).all():
            rerun = session.get_one(Rerun, rerun_id)
            those = "one of these submissions" if count == 1 else f"{count} of these submissions"
            raise NotAllowed(
                f'Another rerun holds {those}: "{rerun.reason}", asked for by {rerun.person.name}. '
                "Apply, discard or cancel it first."
            )
