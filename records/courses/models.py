"""Courses, their members and assignments."""

from datetime import datetime
from typing import Final, Literal, Unpack, get_args

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from records.courses.time_zones import DEFAULT_TIME_ZONE
from records.database.audit import Action, Audited, audit
from records.database.base import Base, new_id, now, one_of
from records.database.types import Text
from records.people.models import Person
from records.versions.models import Version

Role = Literal["student", "grader", "instructor", "admin"]
STAFF: Final[frozenset[Role]] = frozenset({"grader", "instructor", "admin"})


class Course(Base):
    """A course.

    Attributes:
        join_code: enrols whoever knows it as a student; None while nobody may join.
        time_zone: its IANA name; dates are entered and shown in it, and its days are days of lateness.
    """

    __tablename__ = "courses"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    join_code: Mapped[str | None] = mapped_column(unique=True)
    time_zone: Mapped[str] = mapped_column(default=DEFAULT_TIME_ZONE, server_default=DEFAULT_TIME_ZONE)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Membership(Base):
    """A person's role in a course.

    Attributes:
        section: the group from the roster; "" for none.
        withdrawn_at: when they withdrew from the course, which keeps their work; None for those who are enrolled.
    """

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", *get_args(Role)),)

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(Text(), default="student")
    section: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def is_staff(self) -> bool:
        """Whether this person teaches or grades, so that submissions of theirs are trials."""
        return self.role in STAFF and self.withdrawn_at is None


class Assignment(Base):
    """An assignment of a course: the version in force, and the policy.

    Attributes:
        version_hash: the version in force, which grades submissions; None before there is one.
        opens_at, due_at: when submitting begins and ends; None for no bound.
        attempts: how many submissions a student has; 0 for no limit.
        active_rule: which submission is active: the "best", "last" or "first".
        late_percent_per_day: taken off for each day begun after `due_at`, by the calendar of the course's time zone; 0
            to accept no late work.
        position: its place in the course.
        visibility: "hidden" while only staff see the assignment, "visible" when students do.
        results_unreleased: whether students may not see results yet.
        published_at: when tests of visibility `after_published` were shown.
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
        """The version's title, or the slug before there is a version."""
        return self.version.title if self.version else self.slug

    @property
    def max_score(self) -> float:
        """The points of the version's tests, 0 before there is a version."""
        return self.version.max_score if self.version else 0.0


def audit_assignment(
    session: Session, assignment: Assignment, actor: str, action: Action, **entry: Unpack[Audited]
) -> None:
    """Log an act on an assignment, in the transaction that does it."""
    of: Audited = {**entry, "assignment_id": assignment.id, "course_id": assignment.course_id}
    audit(session, actor, action, **of)
