"""What graders add to what grading found: comments, rubric items, an override, and whether a result is unreleased."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from records.database.base import Base, new_id, now
from records.database.engine import chunks, clock, insert
from records.people.models import Person

_ROWS_AT_ONCE: Final = 1000


class Marking(Base):
    """What somebody decided on one submission; there is none before somebody did.

    Attributes:
        override_points: what the submission is worth, whatever else says; None for no override.
        override_reason: why, for the student.
        unreleased: whether the student may not see the result yet.
        revision: one more with each change to marking, comments or rubric items: who saved an older one is told.
    """

    __tablename__ = "markings"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    override_points: Mapped[float | None]
    override_reason: Mapped[str] = mapped_column(default="")
    unreleased: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship()


class RubricItem(Base):
    """What graders of an assignment give or take points for.

    Attributes:
        points: added to the score of tests; less than 0 to take some.
        retired: whether it is offered no more; where it was given, it stands.
    """

    __tablename__ = "rubric_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), index=True)
    title: Mapped[str]
    points: Mapped[float]
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class RubricMark(Base):
    """A rubric item that holds for a submission."""

    __tablename__ = "rubric_marks"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("rubric_items.id"), primary_key=True, index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    item: Mapped[RubricItem] = relationship()


class Comment(Base):
    """What a grader says to a student about a submission.

    Attributes:
        file, line: what it is about, the line from 1; None for the whole.
    """

    __tablename__ = "comments"
    __table_args__ = (Index(None, "submission_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    file: Mapped[str | None]
    line: Mapped[int | None]
    text: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship()


class MarkingConflict(Exception):
    """A submission was marked from elsewhere in the meantime; `changes_since` tells by whom, and what."""


def expect_revision(session: Session, submission_id: str, person_id: str, revision: int) -> Marking:
    """Return a submission's marking, which nobody else changes until the transaction ends.

    Args:
        session: one that writes.
        submission_id: of what.
        person_id: who is about to change it.
        revision: what they saw; 0 where there was no marking.

    Raises:
        MarkingConflict: somebody changed it since; nothing is changed.
    """
    blank = {"submission_id": submission_id, "person_id": person_id, "at": clock(session)}
    session.execute(insert(session, Marking).values(blank).on_conflict_do_nothing())
    mine = select(Marking).where(Marking.submission_id == submission_id).with_for_update()
    marking = session.scalars(mine.execution_options(populate_existing=True)).one()
    if marking.revision != revision:
        raise MarkingConflict("the submission was marked from elsewhere in the meantime")
    return marking


def next_revision(session: Session, submission_id: str, person_id: str, revision: int) -> Marking:
    """Return a submission's marking for a change of it; see `expect_revision`."""
    marking = expect_revision(session, submission_id, person_id, revision)
    marking.revision += 1
    marking.person_id, marking.at = person_id, clock(session)
    session.flush()
    return marking


def raise_revisions(session: Session, submission_ids: Collection[str], person_id: str) -> dict[str, int]:
    """Let whoever looks at one of these submissions know that there is something new; return their revisions."""
    at = clock(session)
    ordered = sorted(set(submission_ids))  # two that do so at once do not wait for each other
    revisions: dict[str, int] = {}
    for some in chunks(ordered, _ROWS_AT_ONCE):
        rows = [{"submission_id": one, "person_id": person_id, "at": at, "revision": 1} for one in some]
        adding = insert(session, Marking).values(rows)
        raising = adding.on_conflict_do_update(
            index_elements=[Marking.submission_id],
            set_={"revision": Marking.revision + 1, "person_id": person_id, "at": at},
        )
        raised = raising.returning(Marking.submission_id, Marking.revision)
        revisions |= {row.submission_id: row.revision for row in session.execute(raised)}
    return revisions
