"""Marking: comments, rubric items, an override, and whether a result is unreleased."""

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
    """A grader's decisions on one submission; there is none before the first.

    Attributes:
        override_points: the final score in place of the computed one; None for no override.
        override_reason: why, for the student.
        unreleased: whether the student may not see the result yet.
        revision: counts changes of marking, comments and rubric items; saving over a later one is a `MarkingConflict`.
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
    """Something that graders of an assignment give or take points for.

    Attributes:
        points: added to the score of the tests; negative to take points.
        retired: whether it is no longer offered; submissions that have it keep it.
    """

    __tablename__ = "rubric_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), index=True)
    title: Mapped[str]
    points: Mapped[float]
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class RubricMark(Base):
    """A rubric item given to a submission."""

    __tablename__ = "rubric_marks"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("rubric_items.id"), primary_key=True, index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    item: Mapped[RubricItem] = relationship()


class Comment(Base):
    """A grader's comment on a submission.

    Attributes:
        file, line: the place, the line from 1; None for the whole submission.
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


class Missing(LookupError):
    """A submission has no such comment, or its assignment no such rubric item."""


class MarkingConflict(Exception):
    """A submission was marked from elsewhere in the meantime; see `changes_since`."""


def expect_revision(session: Session, submission_id: str, person_id: str, revision: int) -> Marking:
    """Return a submission's marking, locked until commit; the revision is what they saw, 0 for no marking.

    Raises:
        MarkingConflict: it has a later revision; nothing is changed.
    """
    blank = {"submission_id": submission_id, "person_id": person_id, "at": clock(session)}
    session.execute(insert(session, Marking).values(blank).on_conflict_do_nothing())
    mine = select(Marking).where(Marking.submission_id == submission_id).with_for_update()
    marking = session.scalars(mine.execution_options(populate_existing=True)).one()
    if marking.revision != revision:
        raise MarkingConflict("the submission was marked from elsewhere in the meantime")
    return marking


def next_revision(session: Session, submission_id: str, person_id: str, revision: int) -> Marking:
    """Return a submission's marking, locked and with its revision raised; see `expect_revision`."""
    marking = expect_revision(session, submission_id, person_id, revision)
    marking.revision += 1
    marking.person_id, marking.at = person_id, clock(session)
    session.flush()
    return marking


def raise_revisions(session: Session, submission_ids: Collection[str], person_id: str) -> dict[str, int]:
    """Raise the revisions of submissions' markings, and return them."""
    at = clock(session)
    ordered = sorted(set(submission_ids))  # the same order everywhere, so that two do not deadlock
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
