"""Notices: what a student is told that changed without their doing, as far as they may see it now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from grader.results.run import Visibility
from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import effective_policy, extensions_at
from records.database.engine import clock
from records.marking.models import Marking
from records.reruns.changes import attempt_number
from records.submissions.models import RunTest, Submission
from records.submissions.notices import Notice
from records.submissions.scores import shown_visibilities
from web.extensions import services
from web.security.permissions import Permission, requires
from web.security.session import safe_target

_SHOWN: Final = 10
_DIGITS: Final = 4
_SAID: Final = ("message", "diagnosis", "hint")

bp = Blueprint("notices", __name__)


@dataclass(frozen=True)
class Told:
    """A notice, as it is shown.

    Attributes:
        title: what happened, as a sentence.
        reason: why, in the words of whoever did it.
        before, after, max_before, max_after: points of the tests that may be seen; None where there were none.
        gained, lost: titles of tests that pass now and did not, and the other way about.
        reworded: of how many other tests the feedback is another.
        note: what else is to be known, as a sentence; "" for nothing.
    """

    id: str
    submission_id: str
    at: datetime
    title: str
    reason: str
    before: float | None = None
    after: float | None = None
    max_before: float = 0.0
    max_after: float = 0.0
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    reworded: int = 0
    note: str = ""


def notices_of(session: Session, member: Member, now: datetime, submission_id: str | None = None) -> list[Told]:
    """Return what somebody has not dismissed, the latest first; the number of queries does not grow with it.

    Args:
        session: to read in.
        member: whose, and in which course.
        now: by the database's clock.
        submission_id: of this submission alone; None for the whole course.
    """
    rows = _rows(session, member, submission_id)
    if not rows:
        return []
    assignments = {row.Submission.assignment_id: row.Submission.assignment for row in rows}
    extensions = extensions_at(session, assignments.values(), member.person_id)
    tests = _tests(session, {run for row in rows for run in (row.Notice.run_before, row.Notice.run_after) if run})
    told = []
    for row in rows:
        assignment = row.Submission.assignment
        policy = effective_policy(assignment, extensions.get((member.person_id, assignment.id)))
        told.append(_told(row, tests, shown_visibilities(policy, now)))
    return told


@bp.post("/notices/<notice_id>/dismiss")
@requires(Permission.OWN)
def dismiss(notice_id: str) -> Any:
    """Put a notice away."""
    with services().database.write() as session:
        notice = session.get(Notice, notice_id) or abort(404)
        notice.seen_at = notice.seen_at or clock(session)
        back = url_for("submissions.show", submission_id=notice.submission_id)
    return redirect(safe_target(request.form.get("back") or back), 303)


def _rows(session: Session, member: Member, submission_id: str | None) -> Sequence[Any]:
    """Return the latest of what may be told now; what is held back takes no place from it."""
    query = (
        select(
            Notice,
            Submission,
            attempt_number().label("number"),
            Marking.override_points.label("override"),
        )
        .join(Submission, Submission.id == Notice.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Marking, Marking.submission_id == Submission.id, isouter=True)
        .where(Notice.person_id == member.person_id, Notice.seen_at.is_(None))
        .where(Assignment.course_id == member.course.id, Assignment.visibility == "visible")
        .where(~Assignment.results_unreleased, ~func.coalesce(Marking.held, False))
        .options(joinedload(Submission.assignment).joinedload(Assignment.version))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(_SHOWN)
    )
    if submission_id is not None:
        query = query.where(Submission.id == submission_id)
    return session.execute(query).all()


_Tests = Mapping[str, Mapping[str, RunTest]]


def _tests(session: Session, run_ids: Iterable[str]) -> _Tests:
    found: defaultdict[str, dict[str, RunTest]] = defaultdict(dict)
    query = select(RunTest).where(RunTest.run_id.in_(list(run_ids)))
    for test in session.scalars(query.order_by(RunTest.run_id, RunTest.position)):
        found[test.run_id][test.name] = test
    return found


def _told(row: Any, tests: _Tests, shown: frozenset[Visibility]) -> Told:
    notice, name = row.Notice, f"Attempt {row.number} at {row.Submission.assignment.title}"
    told = {"id": notice.id, "submission_id": notice.submission_id, "at": notice.at, "reason": notice.reason}
    if notice.kind == "marked":
        return Told(title=f"{name} was marked by a grader.", **told)
    before, after = (
        {name: test for name, test in tests.get(run, {}).items() if test.visibility in shown} if run else {}
        for run in (notice.run_before, notice.run_after)
    )
    title = f"{name} was graded again." if notice.kind == "regraded" else f"An earlier grade of {name} is back."
    return Told(
        title=title,
        before=_points(before) if notice.run_before else None,
        after=_points(after) if notice.run_after else None,
        max_before=_most(before),
        max_after=_most(after),
        gained=tuple(test.title for test in after.values() if _passes(test) and not _passes(before.get(test.name))),
        lost=tuple(test.title for test in before.values() if _passes(test) and not _passes(after.get(test.name))),
        reworded=sum(_is_reworded(before.get(test.name), test) for test in after.values()),
        note="" if row.override is None else "A grader has set your points; those stay as they are.",
        **told,
    )


def _passes(test: RunTest | None) -> bool:
    return test is not None and test.outcome == "passed"


def _is_reworded(before: RunTest | None, after: RunTest) -> bool:
    if before is None or _passes(before) != _passes(after):
        return False
    return any(getattr(before, name) != getattr(after, name) for name in _SAID)


def _points(tests: Mapping[str, RunTest]) -> float:
    return round(sum(test.points for test in tests.values()), _DIGITS)


def _most(tests: Mapping[str, RunTest]) -> float:
    return round(sum(test.max_points for test in tests.values()), _DIGITS)
