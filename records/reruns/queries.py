"""Reruns as staff look at them: those of a course, one of them, one of its submissions."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment
from records.people.models import Person
from records.reruns.lifecycle import Progress
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission

_MIN_GRADED_FOR_ETA = 3


def rerun_at(session: Session, course_id: str, rerun_id: str) -> Rerun | None:
    """Return a rerun of a course with its person, assignment and version; None if the course has none of this id."""
    related = (Rerun.person, Rerun.assignment, Rerun.version)
    return session.scalar(
        select(Rerun).where(Rerun.id == rerun_id, Rerun.course_id == course_id).options(*map(joinedload, related))
    )


def reruns_of(session: Session, course_id: str, limit: int) -> Sequence[Rerun]:
    """Return the latest reruns of a course, newest first."""
    of_assignment = joinedload(Rerun.assignment).joinedload(Assignment.version)
    query = select(Rerun).where(Rerun.course_id == course_id).options(joinedload(Rerun.person), of_assignment)
    return session.scalars(query.order_by(Rerun.asked_at.desc()).limit(limit)).all()


def rerun_item(session: Session, rerun: Rerun, submission_id: str) -> RerunItem | None:
    """Return a submission of a rerun with its files and both runs; None if it has no such submission."""
    of_submission = joinedload(RerunItem.submission).undefer(Submission.files)
    options = [joinedload(RerunItem.before), joinedload(RerunItem.after), of_submission]
    return session.get(RerunItem, (rerun.id, submission_id), options=options)


def eta_seconds(session: Session, rerun: Rerun, progress: Progress) -> float | None:
    """Return the time until all is graded at the pace so far; None while that is not known."""
    query = (
        select(func.min(Run.claimed_at), func.max(Run.finished_at))
        .join(RerunItem, RerunItem.run_after == Run.id)
        .where(RerunItem.rerun_id == rerun.id, Run.finished_at.is_not(None))
    )
    began, ended = session.execute(query).one()
    if not progress.underway or progress.done < _MIN_GRADED_FOR_ETA or not began or not ended or ended <= began:
        return None
    return float(progress.underway * (ended - began).total_seconds() / progress.done)


def names_of_submitters(session: Session, course_id: str, submission_ids: Collection[str], limit: int) -> Sequence[str]:
    """Return who submitted some attempts, by name; ids of other courses are ignored."""
    query = (
        select(Person.name)
        .join(Submission, Submission.person_id == Person.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, Submission.kind == "submit")
        .where(Submission.id.in_(submission_ids))
    )
    return session.scalars(query.distinct().order_by(Person.name).limit(limit)).all()
