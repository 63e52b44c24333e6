"""Submissions, their runs, and the tests of each run."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.results.run import OUTCOMES, VISIBILITIES, RunResult, TestResult, Visibility
from records.courses.models import Assignment
from records.database.base import QUEUES, Base, Queue, new_id, now, one_of
from records.database.types import Json, Text
from records.people.models import Person
from records.queue.leases import Leased
from records.versions.models import Version

Kind = Literal["submit", "check", "trial"]
State = Literal["queued", "running", "graded", "not graded"]
FINISHED: Final[tuple[State, ...]] = ("graded", "not graded")

GRADED: Final = literal_column("'graded'", Text())  # as `leases.QUEUED`, for the sake of partial indexes


def _index(name: str, *columns: str, state: str) -> Index:
    where = text(f"state = '{state}'")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Submission(Base):
    """The files one student submitted at one time.

    Attributes:
        content_hash: of names and bytes; the same files have the same hash.
        kind: "submit" for an attempt, "check" by the public tests alone, "trial" of staff, which counts for nothing.
        version_hash: the version in force when it was submitted.
        run_id: the active run, whose grade counts; None until there is one.
        key: idempotency key, hashed; None where the sender gave none.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        one_of("kind", *get_args(Kind)),
        Index(None, "assignment_id", "person_id", "created_at"),
        Index(None, "person_id", "assignment_id", "key", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"))
    kind: Mapped[Kind] = mapped_column(Text(), default="submit")
    content_hash: Mapped[str]
    files: Mapped[Mapping[str, bytes]] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", use_alter=True), index=True)
    key: Mapped[str | None]

    assignment: Mapped[Assignment] = relationship()
    person: Mapped[Person] = relationship()
    run: Mapped["Run | None"] = relationship(foreign_keys=run_id, post_update=True)


class Run(Leased, Base):
    """One grading of one submission by one version; a trigger guards it once it is finished.

    Attributes:
        assignment_id, person_id: the submission's, repeated here for the queue's indexes.
        state: "queued", "running", and finally "graded" or "not graded".
        queued_at: when it was requested.
        fairness_key: orders the runs that wait, see `records.queue.fairness`; None while it does not wait.
        claimed_at: when the last try began.
        reason: why the last try was released.
        seed: of the tests; before it is finished, the seed to use, None for a new one.
    """

    __tablename__ = "runs"
    __table_args__ = (
        one_of("queue", *QUEUES),
        one_of("state", "queued", "running", *FINISHED),
        _index("ix_runs_fairness", "queue", "assignment_id", "fairness_key", "queued_at", state="queued"),
        _index("ix_runs_leases", "lease_until", state="running"),
        _index("ix_runs_graded", "queue", "assignment_id", "finished_at", state="graded"),
        _index("ix_runs_graded_in_queue", "queue", "finished_at", state="graded"),
        Index("ix_runs_student", "queue", "assignment_id", "person_id", "claimed_at"),
        Index("ix_runs_served", "queue", "assignment_id", "claimed_at"),
    )

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("versions.hash"))
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    queue: Mapped[Queue] = mapped_column(Text())
    slot: Mapped[str | None]
    queued_at: Mapped[datetime] = mapped_column(default=now)
    fairness_key: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    seed: Mapped[int | None] = mapped_column(BigInteger)
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    message: Mapped[str] = mapped_column(default="")
    duration_ms: Mapped[float | None]
    peak_memory_mib: Mapped[float | None]

    submission: Mapped[Submission] = relationship(foreign_keys=submission_id)
    version: Mapped[Version] = relationship()
    tests: Mapped[list["RunTest"]] = relationship(order_by="RunTest.position", viewonly=True)

    def result(self) -> RunResult:
        """Return the result that the run was completed with.

        Raises:
            ValueError: it is not finished.
        """
        if self.state not in FINISHED:
            raise ValueError(f"run {self.id} is {self.state}, so it has no result")
        return RunResult(
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


class RunTest(Base):
    """One test of a finished run; see `grader.results.TestResult` for what the columns say."""

    __test__ = False  # pytest: not a test, though it is called one
    __tablename__ = "run_tests"
    __table_args__ = (
        one_of("outcome", *OUTCOMES),
        one_of("visibility", *VISIBILITIES),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    title: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    outcome: Mapped[Literal["passed", "failed", "error"]] = mapped_column(Text())
    visibility: Mapped[Visibility] = mapped_column(Text())
    message: Mapped[str]
    diagnosis: Mapped[str | None]
    wrong: Mapped[str | None]
    hint: Mapped[str | None]
    output: Mapped[str]
    file: Mapped[str | None]
    line: Mapped[int | None]
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(Json(), default=list)
    fingerprint: Mapped[str] = mapped_column(default="")
    duration_ms: Mapped[float]

    def result(self) -> TestResult:
        """Return the test as part of the run's result."""
        return TestResult.from_json({field.name: getattr(self, field.name) for field in fields(TestResult)})
