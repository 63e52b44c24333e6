"""What graders add to a result, as its student reads it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.marking.marking import marks_of
from records.marking.models import Comment, RubricItem
from records.submissions.models import Submission
from web.marking.presenters import comments_on


@dataclass(frozen=True)
class Remarks:
    """What graders add to a result, for whom it is about.

    Attributes:
        items: titles and points of rubric items.
        override, reason: what it is worth and why; None for no override.
        comments: what they say.
        held: whether all this is held back, for staff to know.
    """

    items: tuple[tuple[str, float], ...]
    override: float | None
    reason: str
    comments: tuple[Comment, ...]
    held: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to be read."""
        return bool(self.items or self.comments or self.override is not None)


def remarks_of(session: Session, submission: Submission, *, staff: bool = False) -> Remarks | None:
    """Return what graders added to a submission; None for a student while the result is held back."""
    marks = marks_of(session, submission.id)
    held = marks.unreleased or submission.assignment.results_unreleased
    if held and not staff:
        return None
    query = select(RubricItem).where(RubricItem.id.in_(marks.items))
    items = session.scalars(query.order_by(RubricItem.position, RubricItem.id))
    return Remarks(
        items=tuple((item.title, item.points) for item in items),
        override=marks.override,
        reason=marks.reason,
        comments=tuple(comments_on(session, submission.id)),
        held=held,
    )
