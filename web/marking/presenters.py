"""What a grader has before them of one submission: the code, its runs, and what was decided on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.members import Member
from records.courses.models import Assignment, Membership
from records.database.engine import clock
from records.marking.marking import Marks, marks_of
from records.marking.models import Comment, Marking, RubricItem, RubricMark
from records.people.models import Person
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission
from records.submissions.scores import Attempt, active_attempt, attempts_of
from web.submissions.presenters import RunPresenter, run_presenter

_RERUN_STATES: Mapping[str, str] = {
    "underway": "rerun, not decided on",
    "paused": "rerun, paused",
    "cancelled": "rerun, cancelled",
    "applied": "rerun",
    "discarded": "rerun, discarded",
}


class Neighbours(NamedTuple):
    """Who comes before and after a student among those who handed something in; ids, None at an end."""

    previous: str | None
    next: str | None
    place: int
    total: int


@dataclass(frozen=True)
class RunRow:
    """A run of a submission.

    Attributes:
        label: what it was for.
        rerun: the rerun that it is of, None for none.
        counts: whether its grade is the submission's.
    """

    run: Run
    label: str
    rerun: Rerun | None
    is_active: bool


@dataclass(frozen=True)
class Sheet:
    """One submission as a grader sees it.

    Attributes:
        attempt: what it is worth, None where nothing has graded it.
        attempts: all of this student's at the assignment, oldest first.
        panel: the run that is shown, None where there is none.
        items: the rubric items that are offered, or hold here.
        uses: of how many submissions each of them holds, by its id.
        revision: of the marking, 0 where there is none.
    """

    submission: Submission
    member: Member
    attempt: Attempt | None
    attempts: Sequence[Attempt]
    panel: RunPresenter | None
    runs: Sequence[RunRow]
    files: Mapping[str, str]
    comments: Sequence[Comment]
    marks: Marks
    items: Sequence[RubricItem]
    uses: Mapping[str, int]
    revision: int
    neighbours: Neighbours


def sheet_of(
    session: Session, submission: Submission, member: Member, *, run_id: str = "", section: str | None = None
) -> Sheet:
    """Return what a grader has before them.

    Args:
        session: to read in.
        submission: which, with its assignment.
        member: the grader's.
        run_id: the run to be shown; "" for the one that counts.
        section: among whose students the neighbours are; None for all.
    """
    now = clock(session)
    assignment = submission.assignment
    kinds = (submission.kind,)
    attempts = attempts_of(session, submission.person_id, [assignment], now, kinds=kinds, staff=True)
    theirs = attempts[assignment.id]
    attempt = next((one for one in theirs if one.submission_id == submission.id), None)
    runs = _runs(session, submission)
    if run_id and all(run_id != row.run.id for row in runs):
        abort(404)
    shown = run_id or (attempt.run_id if attempt else "")
    marks = marks_of(session, submission.id)
    marking = session.get(Marking, submission.id)
    items = _items(session, assignment, marks)
    return Sheet(
        submission=submission,
        member=member,
        attempt=attempt,
        attempts=theirs,
        panel=run_presenter(session, shown, member, now, attempt=attempt) if shown else None,
        runs=runs,
        files={name: data.decode("utf-8", "replace") for name, data in submission.files.items()},
        comments=comments_on(session, submission.id),
        marks=marks,
        items=items,
        uses=_uses(session, items),
        revision=marking.revision if marking else 0,
        neighbours=neighbours_of(session, submission, section),
    )


def comments_on(session: Session, submission_id: str) -> Sequence[Comment]:
    """Return what was said about a submission: about the whole first, then by file and line."""
    query = select(Comment).where(Comment.submission_id == submission_id)
    found = session.scalars(query.options(joinedload(Comment.person)).order_by(Comment.at)).all()
    return sorted(found, key=lambda one: (one.file or "", one.line or 0))


def attempt_shown(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the attempt to look at first: the one that counts, or else the last."""
    return active_attempt(attempts) or (attempts[-1] if attempts else None)


def _runs(session: Session, submission: Submission) -> list[RunRow]:
    query = (
        select(Run, Rerun)
        .outerjoin(RerunItem, RerunItem.run_after == Run.id)
        .outerjoin(Rerun, Rerun.id == RerunItem.rerun_id)
        .where(Run.submission_id == submission.id)
        .options(joinedload(Run.version))
        .order_by(Run.queued_at.desc(), Run.id)
    )
    rows: dict[str, RunRow] = {}
    for run, rerun in session.execute(query):
        label = _RERUN_STATES[rerun.state] if rerun else "submitted" if run.queue == "interactive" else "rerun"
        rows.setdefault(run.id, RunRow(run, label, rerun, run.id == submission.run_id))
    return list(rows.values())


def _items(session: Session, assignment: Assignment, marks: Marks) -> list[RubricItem]:
    query = select(RubricItem).where(RubricItem.assignment_id == assignment.id)
    items = session.scalars(query.order_by(RubricItem.position, RubricItem.id))
    return [item for item in items if not item.retired or item.id in marks.items]


def _uses(session: Session, items: Sequence[RubricItem]) -> dict[str, int]:
    query = (
        select(RubricMark.item_id, func.count())
        .where(RubricMark.item_id.in_([item.id for item in items]))
        .group_by(RubricMark.item_id)
    )
    return {item_id: count for item_id, count in session.execute(query)}  # noqa: C416 (mypy does not know a Row as a pair)


def neighbours_of(session: Session, submission: Submission, section: str | None) -> Neighbours:
    submitted = select(Submission.id).where(
        Submission.person_id == Person.id,
        Submission.assignment_id == submission.assignment_id,
        Submission.kind == "submit",
    )
    query = (
        select(Person.id, Person.name, Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == submission.assignment.course_id, Membership.role == "student")
        .where(submitted.exists())
    )
    if section is not None:
        query = query.where(Membership.section == section)
    rows = sorted(session.execute(query), key=lambda row: (row.name.casefold(), row.email))
    ids = [row.id for row in rows]
    if submission.person_id not in ids:
        return Neighbours(None, ids[0] if ids else None, 0, len(ids))
    place = ids.index(submission.person_id)
    before, after = ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None
    return Neighbours(before, after, place + 1, len(ids))
