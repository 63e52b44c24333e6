"""A class in a few numbers: who submitted, how the points are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from sqlalchemy.orm import Session

from records.courses.members import students_in
from records.insights.classes import ClassResults
from records.submissions.attempts import active_attempt

_BARS: Final = 10


@dataclass(frozen=True)
class Bar:
    """Number of students whose score lies between two bounds, in percent."""

    least: int
    most: int
    count: int


@dataclass(frozen=True)
class Overview:
    """A class in a few numbers.

    Attributes:
        students: number enrolled.
        submitted: number with a graded attempt.
        full: number with all points.
        median_score, max_points: of the active attempts.
        median_attempts: graded ones of each student.
        bars: how the points are spread.
    """

    students: int
    submitted: int
    full: int
    median_score: float
    max_points: float
    median_attempts: float
    bars: list[Bar]


def overview_of(session: Session, course_id: str, results: ClassResults) -> Overview:
    """Return the overview of a class."""
    graded = [[attempt for attempt in history if attempt.final_score is not None] for history in results.attempts]
    graded = [history for history in graded if history]
    active = [active_attempt(history) or history[-1] for history in graded]
    scores = [(attempt.final_score or 0.0, attempt.max_points) for attempt in active]
    return Overview(
        students=len(students_in(session, course_id)),
        submitted=len(graded),
        full=sum(bool(most) and score >= most for score, most in scores),
        median_score=median(score for score, _ in scores) if scores else 0.0,
        max_points=max((most for _, most in scores), default=0.0),
        median_attempts=median(map(len, graded)) if graded else 0,
        bars=_bars([score / most for score, most in scores if most]),
    )


def _bars(shares: Sequence[float]) -> list[Bar]:
    width = 100 // _BARS
    counts = [0] * _BARS
    for share in shares:
        counts[min(_BARS - 1, max(0, int(share * _BARS + 1e-9)))] += 1
    return [Bar(place * width, (place + 1) * width, count) for place, count in enumerate(counts)]
