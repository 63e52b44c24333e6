"""What a class tells its teachers: what to explain next, how the points are spread, and the figures of each test."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final, Literal

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from records.database.engine import clock
from records.insights import figures
from records.insights.queries import encountered, students_of
from records.submissions import scores
from web.extensions import services
from web.insights.classes import ClassAt, class_at
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.breadcrumbs import breadcrumbs_to

bp = Blueprint("insights", __name__, url_prefix="/courses/<course>/assignments/<assignment>")

_TO_EXPLAIN: Final = 3
_STEPS: Final = 10
Which = Literal["active", "latest"]


@dataclass(frozen=True)
class Bar:
    """How many attempts are worth a tenth of the points or so; both bounds are in percent."""

    least: int
    most: int
    count: int


@dataclass(frozen=True)
class Overview:
    """A class in a few numbers.

    Attributes:
        students: enrolled.
        submitted: who has a graded attempt.
        full: who has all points.
        median_worth, most: of the attempts that count.
        median_attempts: graded ones of each student.
        bars: how the points are spread.
    """

    students: int
    submitted: int
    full: int
    median_worth: float
    most: float
    median_attempts: float
    bars: list[Bar]


@bp.get("/insights")
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> Any:
    """Show what the results of an assignment say about what the class understands, and about the suite."""
    which: Which = "latest" if request.args.get("of") == "latest" else "active"
    hardest = request.args.get("order") != "suite"
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        of_class = class_at(session, found, clock(session), request.args.get("version", ""))
        overview = _overview(session, member.course.id, of_class)
        met = encountered(session, found)
    groups = of_class.groups()
    tests = figures.figures(of_class.latest if which == "latest" else of_class.active, of_class.first)
    return render_template(
        "insights/show.html",
        member=member,
        course=member.course,
        assignment=found,
        of_class=of_class,
        overview=overview,
        groups=groups,
        explained=[group for group in groups if group.is_mistake][:_TO_EXPLAIN],
        met=met,
        tests=sorted(tests, key=lambda test: test.rate) if hardest else tests,
        which=which,
        hardest=hardest,
        enough=figures.ENOUGH,
        breadcrumbs=[*breadcrumbs_to(member, found), ("What the class tells", None)],
    )


def _overview(session: Session, course_id: str, of_class: ClassAt) -> Overview:
    graded = [[one for one in theirs if one.final_score is not None] for theirs in of_class.attempts]
    graded = [theirs for theirs in graded if theirs]
    active = [scores.active_attempt(theirs) or theirs[-1] for theirs in graded]
    worths = [(one.final_score or 0.0, one.max_points) for one in active]
    return Overview(
        students=students_of(session, course_id),
        submitted=len(graded),
        full=sum(bool(most) and worth >= most for worth, most in worths),
        median_worth=median(worth for worth, _ in worths) if worths else 0.0,
        most=max((most for _, most in worths), default=0.0),
        median_attempts=median(map(len, graded)) if graded else 0,
        bars=_bars([worth / most for worth, most in worths if most]),
    )


def _bars(shares: Sequence[float]) -> list[Bar]:
    width = 100 // _STEPS
    counts = [0] * _STEPS
    for share in shares:
        counts[min(_STEPS - 1, max(0, int(share * _STEPS + 1e-9)))] += 1
    return [Bar(place * width, (place + 1) * width, count) for place, count in enumerate(counts)]
