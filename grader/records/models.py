"""The tables, in the domain's words; `docs/architecture.md` tells the way of a submission through them."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from grader import results
from grader.records.types import Files, Json, Text, Time

__all__ = [
    "FINISHED",
    "GRADED",
    "LANES",
    "QUEUED",
    "RUNNING",
    "Assignment",
    "AuditEntry",
    "Base",
    "Course",
    "Enrolment",
    "Lane",
    "Person",
    "Run",
    "Slot",
    "State",
    "Submission",
    "TestResult",
    "Version",
]

Lane = Literal["interactive", "batch"]
State = Literal["queued", "running", "graded", "not graded"]
LANES: Final[tuple[Lane, ...]] = ("interactive", "batch")
FINISHED: Final[tuple[State, ...]] = ("graded", "not graded")

# Written into the SQL as they are: no planner sees that a partial index fits a parameter.
QUEUED: Final = literal_column("'queued'", Text())
RUNNING: Final = literal_column("'running'", Text())
GRADED: Final = literal_column("'graded'", Text())


def _new_id() -> str:
    return uuid.uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC)


def _one_of(column: str, *words: str) -> CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def _index(name: str, *columns: str, state: str | None = None) -> Index:
    where = None if state is None else literal_column(f"state = '{state}'")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Base(DeclarativeBase):
    """What all tables share: types of columns, and names for constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: Time(),
        float: Double(),
        Mapping[str, bytes]: Files(),
    }


class Person(Base):
    """Somebody who hands in, grades or teaches."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=_new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=_now)


class Course(Base):
    """A course, in which people are enrolled and assignments set."""

    __tablename__ = "courses"

    id: Mapped[str] = mapped_column(primary_key=True, default=_new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=_now)


class Enrolment(Base):
    """What a person is in a course: student, grader, instructor or admin."""

    __tablename__ = "enrolments"
    __table_args__ = (_one_of("role", "student", "grader", "instructor", "admin"),)

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(default="student")
    created_at: Mapped[datetime] = mapped_column(default=_now)

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()


class Version(Base):
    """A bundle by its content hash, with all its files; never changed once stored."""

    __tablename__ = "versions"

    hash: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    environment: Mapped[str]
    title: Mapped[str]
    max_score: Mapped[float]
    files: Mapped[Mapping[str, bytes]] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=_now)


class Assignment(Base):
    """A task of a course: the version in force and the course's policy for it.

    Attributes:
        version_hash: the version that submissions are graded by; None before there is one.
        opens_at, due_at: from when and until when to hand in; None for no bound.
        attempts: how many submissions count as tries; 0 for as many as the student likes.
        counting: which of them counts: "best", "last" or "first".
        late_percent_per_day: taken off for each day after `due_at`.
        visibility: "hidden" while only staff see the assignment, "visible" when students do.
        published_at: when results for `after_published` were shown.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        _one_of("counting", "best", "last", "first"),
        _one_of("visibility", "hidden", "visible"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=_new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str]
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("versions.hash"))
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    counting: Mapped[str] = mapped_column(default="best")
    late_percent_per_day: Mapped[float] = mapped_column(default=0.0)
    visibility: Mapped[str] = mapped_column(default="hidden")
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=_now)

    course: Mapped[Course] = relationship()
    version: Mapped[Version | None] = relationship()


class Submission(Base):
    """The files one student handed in at one time.

    Attributes:
        content_hash: of names and bytes: the same files have the same hash.
        kind: "submit", or "check" for a try that is no attempt.
        version_hash: the version it was handed in for.
        run_id: the run whose grade counts; None until there is one.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        _one_of("kind", "submit", "check"),
        Index(None, "assignment_id", "person_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=_new_id)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"))
    kind: Mapped[str] = mapped_column(default="submit")
    content_hash: Mapped[str]
    files: Mapped[Mapping[str, bytes]] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=_now)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", use_alter=True))

    assignment: Mapped[Assignment] = relationship()
    person: Mapped[Person] = relationship()
    run: Mapped["Run | None"] = relationship(foreign_keys=run_id, post_update=True)


class Run(Base):
    """One grading of one submission by one version; a trigger refuses changes once it is finished.

    Attributes:
        assignment_id, person_id: the submission's, beside the queue's other columns for the sake of its indexes.
        state: "queued", "running", then for good "graded" or "not graded".
        tries: how often it was begun.
        claim: the secret of the try that is underway.
        lease_until: until when that try need not give a sign of life.
        queued_at: when it was asked for; it keeps its place when it is given back.
        taken_at: when the last try began; who was served last waits longest.
        reason: why the last try was given back.
    """

    __tablename__ = "runs"
    __table_args__ = (
        _one_of("lane", *LANES),
        _one_of("state", "queued", "running", *FINISHED),
        _index("ix_runs_queued", "lane", "assignment_id", "person_id", "queued_at", state="queued"),
        _index("ix_runs_leases", "lease_until", state="running"),
        _index("ix_runs_turns", "lane", "assignment_id", "person_id", "taken_at"),
        _index("ix_runs_turns_of_assignments", "lane", "assignment_id", "taken_at"),
        _index("ix_runs_graded", "lane", "assignment_id", "finished_at", state="graded"),
        _index("ix_runs_graded_in_lane", "lane", "finished_at", state="graded"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=_new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"))
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    lane: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    slot: Mapped[str | None]
    queued_at: Mapped[datetime] = mapped_column(default=_now)
    taken_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    seed: Mapped[int | None] = mapped_column(BigInteger)
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    message: Mapped[str] = mapped_column(default="")
    duration_ms: Mapped[float | None]
    peak_memory_mib: Mapped[float | None]

    submission: Mapped[Submission] = relationship(foreign_keys=submission_id)
    version: Mapped[Version] = relationship()
    tests: Mapped[list["TestResult"]] = relationship(order_by="TestResult.position", viewonly=True)

    def result(self) -> results.Run:
        """Return the run as the record that it was finished with.

        Raises:
            ValueError: it is not finished.
        """
        if self.state not in FINISHED:
            raise ValueError(f"run {self.id} is {self.state}, so it has no result")
        return results.Run(
            outcome="graded" if self.state == "graded" else "not graded",
            score=self.score,
            max_score=self.max_score or 0.0,
            version=self.version_hash,
            submission=self.submission.content_hash,
            seed=self.seed or 0,
            duration_ms=self.duration_ms or 0.0,
            tests=tuple(test.result() for test in self.tests),
            message=self.message,
            peak_memory_mib=self.peak_memory_mib or 0.0,
            assignment=self.version.slug,
        )


class TestResult(Base):
    """One test of a finished run; see `grader.results.TestResult` for what the columns say."""

    __test__ = False  # pytest: not a test, though it is called one
    __tablename__ = "test_results"
    __table_args__ = (
        _one_of("outcome", *results.OUTCOMES),
        _one_of("visibility", *results.VISIBILITIES),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    title: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    outcome: Mapped[Literal["passed", "failed", "error"]] = mapped_column(Text())
    visibility: Mapped[results.Visibility] = mapped_column(Text())
    message: Mapped[str]
    diagnosis: Mapped[str | None]
    wrong: Mapped[str | None]
    hint: Mapped[str | None]
    output: Mapped[str]
    duration_ms: Mapped[float]

    def result(self) -> results.TestResult:
        """Return the test as the run's record holds it."""
        return results.TestResult(
            name=self.name,
            title=self.title,
            points=self.points,
            max_points=self.max_points,
            outcome=self.outcome,
            visibility=self.visibility,
            message=self.message,
            diagnosis=self.diagnosis,
            wrong=self.wrong,
            hint=self.hint,
            output=self.output,
            duration_ms=self.duration_ms,
        )


class Slot(Base):
    """A grading slot that has given a sign of life: what it does, and when it was last heard of."""

    __tablename__ = "slots"
    __table_args__ = (_one_of("lane", *LANES), Index(None, "lane", "seen_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    seen_at: Mapped[datetime]


class AuditEntry(Base):
    """Who changed what, and why; triggers refuse to change or remove an entry.

    Attributes:
        actor: a person's id, or the name of the part of the service that acted.
        action: what was done, as a verb: "regrade", "extend".
        subject: to what: "submission 0f3a...".
        before, after: what was changed, as plain data.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=_now)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[Any] = mapped_column(Json(), nullable=True)
    after: Mapped[Any] = mapped_column(Json(), nullable=True)
