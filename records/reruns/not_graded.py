"""Submissions that could not be graded by our fault, and grading them again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from records.courses.models import Assignment, Course
from records.database.audit import Audited, audit
from records.database.base import Queue
from records.queue.runs import request_run
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission


@dataclass(frozen=True)
class NotGraded:
    """A submission that was not graded.

    Attributes:
        run: the last one, which ended as not graded.
        item: its place in an undecided rerun; None where a student waits for the grade.
    """

    run: Run
    submission: Submission
    item: RerunItem | None = None


def not_graded_in(session: Session, course_id: str) -> list[NotGraded]:
    """Return what is not graded in a course and not queued again: of students, then of reruns; the latest first."""
    return [*_of_students(session, course_id), *_of_reruns(session, course_id)]


def grade_again(session: Session, course_id: str, run_ids: Collection[str] | None, person_id: str) -> dict[Queue, int]:
    """Request new runs of what was not graded, and return how many were queued in each queue.

    What students wait for is graded by the version in force, what is part of a rerun by the rerun's version. What was
    queued again since is left alone.
    """
    # Locked against grading again and deciding on reruns: the reruns first, as by those who undo one.
    reruns = select(Rerun.id).where(Rerun.course_id == course_id, Rerun.state == "underway").order_by(Rerun.id)
    session.execute(reruns.with_for_update(key_share=True))
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update(key_share=True))
    counts: dict[Queue, int] = {"interactive": 0, "background": 0}
    for one in not_graded_in(session, course_id):
        if run_ids is not None and one.run.id not in run_ids:
            continue
        queue = _request(session, one)
        counts[queue] += 1
        what: Audited = {"submission_id": one.submission.id, "course_id": course_id, "reason": one.run.message}
        audit(session, person_id, "grade again", **what)
    return counts


def _request(session: Session, one: NotGraded) -> Queue:
    submission = one.submission
    if one.item is None:
        tried = submission.kind == "trial"  # by a version of its own choice
        request_run(session, submission, queue="interactive", version=None if tried else submission.assignment.version)
        return "interactive"
    rerun = one.item.rerun
    seed = rerun.seed if rerun.seed is not None else one.item.before.seed if one.item.before else None
    run = request_run(session, submission, queue="background", version=one.run.version, seed=seed)
    one.item.run_after = run.id
    session.flush()
    return "background"


def _of_students(session: Session, course_id: str) -> list[NotGraded]:
    later = aliased(Run)
    is_followed = select(later.id).where(
        later.submission_id == Run.submission_id,
        later.queue == "interactive",
        later.id != Run.id,
        later.queued_at >= Run.queued_at,
    )
    query = (
        select(Run, Submission)
        .join(Submission, Submission.id == Run.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, Submission.run_id.is_(None))
        .where(Run.queue == "interactive", Run.state == "not graded", ~is_followed.exists())
        .options(
            joinedload(Submission.person),
            contains_eager(Submission.assignment).joinedload(Assignment.version),
            joinedload(Run.version),
        )
        .order_by(Run.finished_at.desc(), Run.id)
    )
    return [NotGraded(run, submission) for run, submission in session.execute(query)]


def _of_reruns(session: Session, course_id: str) -> Sequence[NotGraded]:
    query = (
        select(RerunItem)
        .join(Rerun, Rerun.id == RerunItem.rerun_id)
        .join(Run, Run.id == RerunItem.run_after)
        .where(Rerun.course_id == course_id, Rerun.state == "underway", Run.state == "not graded")
        .options(
            contains_eager(RerunItem.rerun),
            contains_eager(RerunItem.after).joinedload(Run.version),
            joinedload(RerunItem.before),
            joinedload(RerunItem.submission).joinedload(Submission.person),
            joinedload(RerunItem.submission).joinedload(Submission.assignment).joinedload(Assignment.version),
        )
        .order_by(Run.finished_at.desc(), Run.id)
    )
    items = session.scalars(query)
    return [NotGraded(item.after, item.submission, item) for item in items if item.after is not None]
