"""What graders add to a result, as its student reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from records.marking.marking import marking_values
from records.marking.models import Comment
from records.marking.queries import comments_on, rubric_of
from records.submissions.models import Submission


@dataclass(frozen=True)
class GraderFeedback:
    """What graders add to a result: titles and points of rubric items, comments, and points that count instead.

    `unreleased` is set for staff alone.
    """

    items: Sequence[tuple[str, float]]
    override: float | None
    reason: str
    comments: Sequence[Comment]
    unreleased: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.items or self.comments or self.override is not None)


def grader_feedback(session: Session, submission: Submission, *, staff: bool = False) -> GraderFeedback | None:
    """Return what graders added to a submission; None for a student while the result is unreleased."""
    marks = marking_values(session, submission.id)
    unreleased = marks.unreleased or submission.assignment.results_unreleased
    if unreleased and not staff:
        return None
    items = rubric_of(session, submission.assignment_id, marks)
    return GraderFeedback(
        items=[(item.title, item.points) for item in items if item.id in marks.items],
        override=marks.override,
        reason=marks.reason,
        comments=comments_on(session, submission.id),
        unreleased=unreleased,
    )
