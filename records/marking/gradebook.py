"""The gradebook: each student's score at each assignment of a course, as staff see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.lookup import assignments_of
from records.courses.members import Student, students_in
from records.courses.models import Assignment, Membership
from records.courses.policy import extensions_at
from records.reruns.models import UNDECIDED, Rerun, RerunItem
from records.submissions.attempts import Attempt, active_attempt, attempts_in
from records.submissions.models import Submission

Flag = Literal["overridden", "rubric", "unreleased", "not graded", "waiting", "other version", "rerun", "extension"]
_DIGITS: Final = 4


@dataclass(frozen=True)
class GradebookCell:
    """A student at an assignment.

    Attributes:
        attempt: the active one, or else the last one; None where nothing was submitted.
        submitted: how many attempts there are.
        max_points: of the assignment, as far as its tests are visible.
        flags: "not graded" and "waiting" are of the last attempt, "rerun" means an undecided rerun with the attempt,
            "other version" that another version than the one in force graded it.
    """

    attempt: Attempt | None
    submitted: int
    max_points: float
    flags: tuple[Flag, ...] = ()

    @property
    def final_score(self) -> float | None:
        """The final score of the active attempt; None without one."""
        return self.attempt.final_score if self.attempt is not None and self.attempt.is_active else None


@dataclass(frozen=True)
class StudentRow:
    """A student in a gradebook, with a cell for each assignment in order.

    Attributes:
        total: the sum of final scores, over the assignments that students see.
    """

    person_id: str
    name: str
    email: str
    section: str
    withdrawn: bool
    cells: tuple[GradebookCell, ...]
    total: float


@dataclass(frozen=True)
class Gradebook:
    """The students of a course and its assignments.

    Attributes:
        max_total: the sum of maximum points, over the assignments that students see.
    """

    assignments: Sequence[Assignment]
    rows: Sequence[StudentRow]
    max_total: float

    def means(self) -> list[tuple[float | None, int]]:
        """Return for each assignment the mean final score, and of how many students."""
        found: list[tuple[float | None, int]] = []
        for place in range(len(self.assignments)):
            scores = [score for row in self.rows if (score := row.cells[place].final_score) is not None]
            found.append((sum(scores) / len(scores) if scores else None, len(scores)))
        return found


def sections_of(session: Session, course_id: str) -> list[str]:
    """Return the sections of a course's students, sorted; "" if some are in none."""
    query = select(Membership.section).where(Membership.course_id == course_id, Membership.role == "student")
    return sorted(session.scalars(query.distinct()))


def gradebook_of(
    session: Session,
    course_id: str,
    now: datetime,
    *,
    section: str | None = None,
    search: str = "",
    withdrawn: bool = False,
) -> Gradebook:
    """Return the gradebook of a course, ordered by name, with a constant number of queries.

    With a section or a search, only of the students of this section whom it finds; with `withdrawn`, also of those who
    have withdrawn.
    """
    assignments = assignments_of(session, course_id)
    attempts = attempts_in(session, assignments, now, withdrawn=withdrawn)
    extended = extensions_at(session, assignments)
    rerun = _in_reruns(session, course_id)
    rows = []
    for student in students_in(session, course_id, section=section, search=search, withdrawn=withdrawn):
        cells = tuple(
            _cell(assignment, attempts.get((student.id, assignment.id), ()), extended, rerun, student.id)
            for assignment in assignments
        )
        rows.append(_row(student, assignments, cells))
    shown = [one.max_score for one in assignments if one.visibility == "visible"]
    return Gradebook(assignments, rows, round(sum(shown), _DIGITS))


def in_order_of(rows: Sequence[StudentRow], column: str | int, *, descending: bool = False) -> list[StudentRow]:
    """Return the rows of a gradebook by "name", "email", "section" or "total", or by a place among its assignments.

    Students without a score at an assignment come last either way.
    """

    def key(row: StudentRow) -> Any:
        name = (row.name.casefold(), row.email)
        if isinstance(column, int):
            score = row.cells[column].final_score
            return (score is None, (-score if descending else score) if score is not None else 0.0, name)
        if column == "total":
            return (-row.total if descending else row.total, name)
        return (row.section.casefold(), name) if column == "section" else (row.email,) if column == "email" else name

    by_text = column in ("name", "email", "section")
    return sorted(rows, key=key, reverse=descending and by_text)


def _in_reruns(session: Session, course_id: str) -> frozenset[str]:
    query = (
        select(RerunItem.submission_id)
        .join(Rerun)
        .join(Submission, Submission.id == RerunItem.submission_id)
        .where(Rerun.course_id == course_id, Rerun.state.in_(UNDECIDED))
    )
    return frozenset(session.scalars(query))


def _cell(
    assignment: Assignment,
    attempts: Sequence[Attempt],
    extended: Collection[tuple[str, str]],
    rerun: Collection[str],
    person_id: str,
) -> GradebookCell:
    last = attempts[-1] if attempts else None
    active = active_attempt(attempts)
    attempt = active or last
    found: list[Flag] = []
    if attempt is not None and last is not None:
        found += ["overridden"] if attempt.override is not None else []
        found += ["rubric"] if attempt.rubric else []
        found += ["unreleased"] if attempt.unreleased else []
        found += ["not graded"] if last.state == "not graded" else []
        found += ["waiting"] if last.state in ("queued", "running") else []
        found += ["other version"] if active and attempt.version_hash != assignment.version_hash else []
        found += ["rerun"] if attempt.submission_id in rerun else []
    found += ["extension"] if (person_id, assignment.id) in extended else []
    max_points = attempt.max_points if attempt is not None and attempt.points is not None else assignment.max_score
    return GradebookCell(attempt, len(attempts), max_points, tuple(found))


def _row(student: Student, assignments: Sequence[Assignment], cells: tuple[GradebookCell, ...]) -> StudentRow:
    pairs = zip(assignments, cells, strict=True)
    scores = [cell.final_score or 0.0 for assignment, cell in pairs if assignment.visibility == "visible"]
    total = round(sum(scores), _DIGITS)
    return StudentRow(*student, cells, total)
