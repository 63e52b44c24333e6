"""What a grader looks at: comments, runs and the rubric of a submission, and the students before and after."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from records.courses.members import ENROLLED, by_enrolled
from records.courses.models import Assignment, Membership
from records.database.engine import chunks
from records.marking.marking import MarkingValues
from records.marking.models import Comment, RubricItem, RubricMark
from records.people.models import Person
from records.positions import Position, position_in
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission

_RERUN_LABELS: Final[Mapping[str, str]] = {
    "underway": "rerun, undecided",
    "paused": "rerun, paused",
    "cancelled": "rerun, cancelled",
    "applied": "rerun",
    "discarded": "rerun, discarded",
}
_RUNS_AT_ONCE: Final = 200


@dataclass(frozen=True)
class RunEntry:
    """A run in the history of a submission.

    Attributes:
        label: why it ran.
        rerun: the rerun it belongs to, if any.
        is_active: whether its grade is the submission's.
    """

    run: Run
    label: str
    rerun: Rerun | None
    is_active: bool


def comments_on(session: Session, submission_id: str) -> list[Comment]:
    """Return the comments on a submission: those on the whole first, then by file and line."""
    query = select(Comment).where(Comment.submission_id == submission_id)
    found = session.scalars(query.options(joinedload(Comment.person)).order_by(Comment.at)).all()
    return sorted(found, key=lambda comment: (comment.file or "", comment.line or 0))


def runs_of(session: Session, submission: Submission) -> list[RunEntry]:
    """Return every run of a submission, newest first."""
    query = (
        select(Run, Rerun)
        .outerjoin(RerunItem, RerunItem.run_after == Run.id)
        .outerjoin(Rerun, Rerun.id == RerunItem.rerun_id)
        .where(Run.submission_id == submission.id)
        .options(joinedload(Run.version))
        .order_by(Run.queued_at.desc(), Run.id)
    )
    entries: dict[str, RunEntry] = {}
    for run, rerun in session.execute(query):
        label = _RERUN_LABELS[rerun.state] if rerun else "submitted" if run.queue == "interactive" else "rerun"
        entries.setdefault(run.id, RunEntry(run, label, rerun, run.id == submission.run_id))
    return list(entries.values())


def rubric_of(session: Session, assignment_id: str, marks: MarkingValues) -> list[RubricItem]:
    """Return the rubric items of an assignment, without those retired that do not apply here."""
    query = select(RubricItem).where(RubricItem.assignment_id == assignment_id)
    items = session.scalars(query.order_by(RubricItem.position, RubricItem.id))
    return [item for item in items if not item.retired or item.id in marks.items]


def uses_of(session: Session, items: Collection[RubricItem]) -> dict[str, int]:
    """Return the number of submissions that each rubric item applies to, by its id."""
    query = (
        select(RubricMark.item_id, func.count())
        .where(RubricMark.item_id.in_([item.id for item in items]))
        .group_by(RubricMark.item_id)
    )
    return {item_id: count for item_id, count in session.execute(query)}  # noqa: C416 (mypy does not know a Row as a pair)


def position_of(session: Session, submission: Submission, section: str | None) -> Position:
    """Return the position of a submission's student by name among those who submitted, all or those of a section.

    Next to a student who is not among them comes the first.
    """
    assignment = submission.assignment
    query = (
        _submitters(assignment.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == assignment.course_id, Membership.role == "student", ENROLLED)
    )
    if section is not None:
        query = query.where(Membership.section == section)
    ids = _by_name(session, query)
    position = position_in(ids, submission.person_id)
    return position if position.position else position._replace(next=next(iter(ids), None))


def first_submitter(session: Session, assignment: Assignment) -> str | None:
    """Return the id of the first person by name who submitted an attempt; None if nobody did."""
    return next(iter(_by_name(session, _submitters(assignment.id))), None)


def names_of(session: Session, person_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by their ids."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def active_runs(session: Session, submission_ids: Sequence[str]) -> Iterator[Run]:
    """Yield the active runs of submissions with their tests, a few hundred in memory at once."""
    for some in chunks(submission_ids, _RUNS_AT_ONCE):
        query = select(Run).join(Submission, Submission.run_id == Run.id).where(Submission.id.in_(some))
        related = (selectinload(Run.tests), joinedload(Run.submission), joinedload(Run.version))
        yield from session.scalars(query.options(*related))
        session.expunge_all()


def _submitters(assignment_id: str) -> Any:
    submitted = select(Submission.id).where(
        *(Submission.person_id == Person.id, Submission.assignment_id == assignment_id),
        *(Submission.kind == "submit", by_enrolled()),
    )
    return select(Person.id, Person.name, Person.email).where(submitted.exists())


def _by_name(session: Session, query: Any) -> list[str]:
    rows = sorted(session.execute(query), key=lambda row: (row.name.casefold(), row.email))
    return [row.id for row in rows]
