"""What could not be graded by our fault, and having it graded once more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from records.courses.models import Assignment, Course
from records.database.audit import audit
from records.database.base import Lane
from records.queue.runs import ask_for_run
from records.reruns.models import Batch, BatchItem
from records.submissions.models import Run, Submission


@dataclass(frozen=True)
class Ungraded:
    """A submission that was not graded.

    Attributes:
        run: the last one, which ended as not graded.
        item: its place in a rerun that is not decided on; None where the student waits for a grade.
    """

    run: Run
    submission: Submission
    item: BatchItem | None = None


def ungraded_in(session: Session, course: Course) -> list[Ungraded]:
    """Return what is not graded in a course and has not been begun anew: of students first, the latest first."""
    return [*_of_students(session, course), *_of_batches(session, course)]


def grade_anew(session: Session, course: Course, run_ids: Collection[str] | None, person_id: str) -> dict[Lane, int]:
    """Have what was not graded graded once more, and return how many runs wait in each lane for that.

    What students wait for is graded by the version in force, what is rerun by the rerun's. What was begun anew since
    is left alone.

    Args:
        session: one that writes.
        course: where.
        run_ids: which runs are to be made up for; None for all.
        person_id: who asks for it.
    """
    _lock(session, course)
    counts: dict[Lane, int] = {"interactive": 0, "batch": 0}
    for one in ungraded_in(session, course):
        if run_ids is not None and one.run.id not in run_ids:
            continue
        lane = _ask(session, one)
        counts[lane] += 1
        audit(
            session,
            actor=person_id,
            action="grade anew",
            subject=f"submission {one.submission.id}",
            course_id=course.id,
            reason=one.run.message,
        )
    return counts


def _lock(session: Session, course: Course) -> None:
    """Let nobody else have anything of a course graded anew, or decide on its reruns, until the transaction ends."""
    batches = select(Batch.id).where(Batch.course_id == course.id, Batch.state == "underway").order_by(Batch.id)
    session.execute(batches.with_for_update(key_share=True))  # before the course, as those do who undo a rerun
    session.execute(select(Course.id).where(Course.id == course.id).with_for_update(key_share=True))


def _ask(session: Session, one: Ungraded) -> Lane:
    submission = one.submission
    if one.item is None:
        tried = submission.kind == "trial"  # by a version of its own choice
        ask_for_run(session, submission, lane="interactive", version=None if tried else submission.assignment.version)
        return "interactive"
    batch = one.item.batch
    seed = batch.seed if batch.seed is not None else one.item.before.seed if one.item.before else None
    run = ask_for_run(session, submission, lane="batch", version=one.run.version, seed=seed)
    one.item.run_after = run.id
    session.flush()
    return "batch"


def _of_students(session: Session, course: Course) -> list[Ungraded]:
    later = aliased(Run)
    is_followed = select(later.id).where(
        later.submission_id == Run.submission_id,
        later.lane == "interactive",
        later.id != Run.id,
        later.queued_at >= Run.queued_at,
    )
    query = (
        select(Run, Submission)
        .join(Submission, Submission.id == Run.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course.id, Submission.run_id.is_(None))
        .where(Run.lane == "interactive", Run.state == "not graded", ~is_followed.exists())
        .options(
            joinedload(Submission.person),
            contains_eager(Submission.assignment).joinedload(Assignment.version),
            joinedload(Run.version),
        )
        .order_by(Run.finished_at.desc(), Run.id)
    )
    return [Ungraded(run, submission) for run, submission in session.execute(query)]


def _of_batches(session: Session, course: Course) -> Sequence[Ungraded]:
    query = (
        select(BatchItem)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .join(Run, Run.id == BatchItem.run_after)
        .where(Batch.course_id == course.id, Batch.state == "underway", Run.state == "not graded")
        .options(
            contains_eager(BatchItem.batch),
            contains_eager(BatchItem.after).joinedload(Run.version),
            joinedload(BatchItem.before),
            joinedload(BatchItem.submission).joinedload(Submission.person),
            joinedload(BatchItem.submission).joinedload(Submission.assignment).joinedload(Assignment.version),
        )
        .order_by(Run.finished_at.desc(), Run.id)
    )
    items = session.scalars(query)
    return [Ungraded(item.after, item.submission, item) for item in items if item.after is not None]
