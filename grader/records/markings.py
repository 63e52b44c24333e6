"""What graders add to what grading found: comments, rubric items, an override, and whether a result is held back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.records.base import Base, new_id, now
from grader.records.people import Person

__all__ = ["Comment", "Marking", "RubricItem", "RubricMark"]


class Marking(Base):
    """What somebody decided on one submission; there is none before somebody did.

    Attributes:
        override_points: what the submission is worth, whatever else says; None for no override.
        override_reason: why, for the student.
        held: whether the student is not shown the result yet.
        revision: one more with each change to marking, comments or rubric items: who saved an older one is told.
    """

    __tablename__ = "markings"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    override_points: Mapped[float | None]
    override_reason: Mapped[str] = mapped_column(default="")
    held: Mapped[bool] = mapped_column(default=False)
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
