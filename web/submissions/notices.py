"""Notices: what changed without a student's doing, as far as they may see it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grader.results.run import Visibility
from records.courses.members import Member
from records.courses.policy import effective_policy, extensions_at
from records.database.engine import clock
from records.submissions.attempts import shown_visibilities
from records.submissions.models import RunTest
from records.submissions.notices import Notice, OpenNotice, open_notices, tests_of_runs
from web.extensions import services
from web.security.permissions import Permission, requires
from web.security.session import safe_target

_DIGITS: Final = 4
_FEEDBACK: Final = ("message", "diagnosis", "hint")

bp = Blueprint("notices", __name__)

_Tests = Mapping[str, Mapping[str, RunTest]]


@dataclass(frozen=True)
class NoticePresenter:
    """A notice as it is shown: what happened, and why, in the words of whoever did it.

    Attributes:
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


def notices_of(
    session: Session, member: Member, now: datetime, submission_id: str | None = None
) -> list[NoticePresenter]:
    """Return what somebody has not dismissed in a course, or of one submission, the latest first.

    The number of queries does not grow with it.
    """
    notices = open_notices(session, member, submission_id)
    if not notices:
        return []
    assignments = {one.submission.assignment_id: one.submission.assignment for one in notices}
    extensions = extensions_at(session, assignments.values(), member.person_id)
    runs = {run for one in notices for run in (one.notice.run_before, one.notice.run_after) if run}
    tests = tests_of_runs(session, runs)
    shown = {
        assignment_id: shown_visibilities(
            effective_policy(assignment, extensions.get((member.person_id, assignment_id))), now
        )
        for assignment_id, assignment in assignments.items()
    }
    return [_presenter(one, tests, shown[one.submission.assignment_id]) for one in notices]


@bp.post("/notices/<notice_id>/dismiss")
@requires(Permission.OWN)
def dismiss(notice_id: str) -> ResponseReturnValue:
    """Dismiss a notice."""
    with services().database.write() as session:
        notice = session.get(Notice, notice_id) or abort(404)
        notice.seen_at = notice.seen_at or clock(session)
        back = url_for("submissions.show", submission_id=notice.submission_id)
    return redirect(safe_target(request.form.get("back") or back), 303)


def _presenter(one: OpenNotice, tests: _Tests, shown: frozenset[Visibility]) -> NoticePresenter:
    notice, name = one.notice, f"Attempt {one.number} at {one.submission.assignment.title}"
    common: dict[str, Any] = {
        "id": notice.id,
        "submission_id": notice.submission_id,
        "at": notice.at,
        "reason": notice.reason,
    }
    if notice.kind == "marked":
        return NoticePresenter(title=f"{name} was marked by a grader.", **common)
    before, after = (
        {name: test for name, test in tests.get(run, {}).items() if test.visibility in shown} if run else {}
        for run in (notice.run_before, notice.run_after)
    )
    title = f"{name} was graded again." if notice.kind == "regraded" else f"An earlier grade of {name} is back."
    return NoticePresenter(
        title=title,
        before=_points(before) if notice.run_before else None,
        after=_points(after) if notice.run_after else None,
        max_before=_max_points(before),
        max_after=_max_points(after),
        gained=tuple(test.title for test in after.values() if _passes(test) and not _passes(before.get(test.name))),
        lost=tuple(test.title for test in before.values() if _passes(test) and not _passes(after.get(test.name))),
        reworded=sum(_is_reworded(before.get(test.name), test) for test in after.values()),
        note="" if one.override is None else "A grader has set your points; those stay as they are.",
        **common,
    )


def _passes(test: RunTest | None) -> bool:
    return test is not None and test.outcome == "passed"


def _is_reworded(before: RunTest | None, after: RunTest) -> bool:
    if before is None or _passes(before) != _passes(after):
        return False
    return any(getattr(before, name) != getattr(after, name) for name in _FEEDBACK)


def _points(tests: Mapping[str, RunTest]) -> float:
    return round(sum(test.points for test in tests.values()), _DIGITS)


def _max_points(tests: Mapping[str, RunTest]) -> float:
    return round(sum(test.max_points for test in tests.values()), _DIGITS)
