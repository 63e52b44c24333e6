"""Notices: changes to a student's results that they did not make themselves, as far as they may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.database.engine import clock
from records.submissions.models import RunTest
from records.submissions.notices import Notice
from records.submissions.unseen_notices import TestsByName, UnseenNotice, unseen_notices
from web.extensions import services
from web.security.permissions import Member
from web.security.session import safe_target, user

_DIGITS: Final = 4
_FEEDBACK: Final = ("message", "diagnosis", "hint")

bp = Blueprint("notices", __name__)


@dataclass(frozen=True)
class NoticePresenter:
    """A notice as it is shown.

    Attributes:
        title: what happened, as a sentence.
        reason: why, in the words of whoever did it.
        before, after, max_before, max_after: points of the tests that may be seen; None where there were none.
        gained, lost: titles of tests that pass only after the change, and only before it.
        reworded: the number of other tests whose feedback changed.
        note: what else to know, as a sentence; "" for nothing.
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
    """Return somebody's unseen notices, the latest first; arguments as of `unseen_notices`."""
    return [_presenter(one) for one in unseen_notices(session, member.person_id, member.course.id, now, submission_id)]


@bp.post("/notices/<notice_id>/dismiss")
def dismiss(notice_id: str) -> ResponseReturnValue:
    """Dismiss a notice."""
    with services().database.write() as session:
        notice = session.get(Notice, notice_id)
        if notice is None or notice.person_id != user().person_id:
            abort(404)
        notice.seen_at = notice.seen_at or clock(session)
        back = url_for("submissions.show", submission_id=notice.submission_id)
    return redirect(safe_target(request.form.get("back") or back), 303)


def _presenter(unseen: UnseenNotice) -> NoticePresenter:
    notice, name = unseen.notice, f"Attempt {unseen.attempt} at {unseen.assignment.title}"
    title = {
        "marked": f"{name} was marked by a grader.",
        "regraded": f"{name} was graded again.",
        "restored": f"An earlier grade of {name} is back.",
    }[notice.kind]
    if notice.kind == "marked":
        return NoticePresenter(notice.id, notice.submission_id, notice.at, title, notice.reason)
    before, after = unseen.before or {}, unseen.after or {}
    return NoticePresenter(
        id=notice.id,
        submission_id=notice.submission_id,
        at=notice.at,
        title=title,
        reason=notice.reason,
        before=None if unseen.before is None else _points(before),
        after=None if unseen.after is None else _points(after),
        max_before=_max_points(before),
        max_after=_max_points(after),
        gained=_passing_only_in(after, before),
        lost=_passing_only_in(before, after),
        reworded=sum(_is_reworded(before.get(test.name), test) for test in after.values()),
        note="A grader has set your points; those stay as they are." if unseen.overridden else "",
    )


def _passing_only_in(tests: TestsByName, others: TestsByName) -> tuple[str, ...]:
    return tuple(test.title for test in tests.values() if _passes(test) and not _passes(others.get(test.name)))


def _passes(test: RunTest | None) -> bool:
    return test is not None and test.outcome == "passed"


def _is_reworded(before: RunTest | None, after: RunTest) -> bool:
    if before is None or _passes(before) != _passes(after):
        return False
    return any(getattr(before, name) != getattr(after, name) for name in _FEEDBACK)


def _points(tests: TestsByName) -> float:
    return round(sum(test.points for test in tests.values()), _DIGITS)


def _max_points(tests: TestsByName) -> float:
    return round(sum(test.max_points for test in tests.values()), _DIGITS)
