"""Courses, who is in them, and the assignments set there."""

from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.database.base import Base, new_id, now, one_of
from records.database.types import Text
from records.people.models import Person
from records.versions.models import Version

Role = Literal["student", "grader", "instructor", "admin"]
STAFF: Final[frozenset[Role]] = frozenset({"grader", "instructor", "admin"})


class Course(Base):
    """A course, in which people are enrolled and assignments set.

    Attributes:
        join_code: who knows it may enrol as a student; None while nobody may.
    """

    __tablename__ = "courses"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    join_code: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Membership(Base):
    """What a person is in a course.

    Attributes:
        section: the group that a roster puts somebody in; "" for none.
    """

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", *get_args(Role)),)

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(Text(), default="student")
    section: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def is_staff(self) -> bool:
        """Whether what this person submits counts for nothing."""
        return self.role in STAFF


class Assignment(Base):
    """A task of a course: the version in force and the course's policy for it.

    Attributes:
        version_hash: the version that submissions are graded by; None before there is one.
        opens_at, due_at: from when and until when to submit; None for no bound.
        attempts: how many submissions count as tries; 0 for as many as the student likes.
        active_rule: which of them counts: "best", "last" or "first".
        late_percent_per_day: taken off for each day begun after `due_at`, until nothing is left; 0 for no late work.
        position: its place in the course.
        visibility: "hidden" while only staff see the assignment, "visible" when students do.
        results_unreleased: whether students are not shown what their submissions are worth yet.
        published_at: when results for `after_published` were shown.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        one_of("active_rule", "best", "last", "first"),
        one_of("visibility", "hidden", "visible"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str]
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    active_rule: Mapped[str] = mapped_column(default="best")
    late_percent_per_day: Mapped[float] = mapped_column(default=0.0)
    position: Mapped[int] = mapped_column(default=0)
    visibility: Mapped[str] = mapped_column(default="hidden")
    results_unreleased: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    course: Mapped[Course] = relationship()
    version: Mapped[Version | None] = relationship()

    @property
    def title(self) -> str:
        """What it is called: by its version, where it has one."""
        return self.version.title if self.version else self.slug
