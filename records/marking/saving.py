"""Saving what a grader decided and wrote, and notifying the students it concerns."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from records.errors import NotAllowed
from records.marking import marking
from records.marking.comments import comment_on
from records.marking.marking import MarkingValues, marking_values, save_values
from records.marking.models import Missing, RubricItem, expect_revision
from records.submissions.models import Submission
from records.submissions.notices import notify


@dataclass(frozen=True)
class NewComment:
    """A comment on a submission; `file` and `line`, from 1, are None for the whole."""

    text: str
    file: str | None = None
    line: int | None = None


def save_marking(
    session: Session,
    submission: Submission,
    marks: MarkingValues,
    comment: NewComment | None,
    person_id: str,
    revision: int,
) -> list[str]:
    """Save the marks of a submission and add a comment, and return what was done, as sentences.

    Raises:
        MarkingConflict: somebody changed the marking since this revision; nothing is changed.
        NotAllowed: the marks or the comment are not acceptable; nothing is changed.
    """
    expect_revision(session, submission.id, person_id, revision)
    done = []
    if marks != marking_values(session, submission.id):
        _mark(session, submission, marks, person_id, revision)
        done.append("Saved.")
    if comment is not None:
        _expect_place(submission, comment)
        comment_on(session, [submission.id], comment.text, person_id, comment.file, comment.line)
        done.append("The comment was added.")
    return done


def add_item(
    session: Session, submission: Submission, title: str, points: float, person_id: str, revision: int
) -> RubricItem:
    """Add a rubric item to the assignment of a submission, and apply it to the submission.

    Raises:
        MarkingConflict: somebody changed the marking since this revision.
        NotAllowed: the title or the points are not acceptable.
    """
    item = marking.add_item(session, submission.assignment, title, points, person_id)
    before = marking_values(session, submission.id)
    _mark(session, submission, replace(before, items=before.items | {item.id}), person_id, revision)
    return item


@dataclass(frozen=True)
class ItemChange:
    """A change of a rubric item.

    Attributes:
        seen: title and points as they were when the change was made; the points as the page shows them.
        title, points: the new ones; None retires the item with the title and points it has.
    """

    seen: tuple[str, str]
    new: tuple[str, float] | None


def change_item(
    session: Session, submission: Submission, item_id: str, change: ItemChange, person_id: str, revision: int
) -> tuple[RubricItem, int]:
    """Change a rubric item and notify the students whose score changes; return it and the number of submissions.

    Raises:
        Missing: the assignment of the submission has no such item.
        MarkingConflict: somebody changed the marking since this revision.
        NotAllowed: the item was changed in the meantime, or title or points are not acceptable.
    """
    expect_revision(session, submission.id, person_id, revision)
    item = session.get(RubricItem, item_id, with_for_update=True)
    if item is None or item.assignment_id != submission.assignment_id:
        raise Missing(f"assignment {submission.assignment_id} has no rubric item {item_id}")
    if change.seen != (item.title, f"{item.points:.12g}"):
        now = f"it is called {item.title} now, and counts {item.points:+.12g}"
        raise NotAllowed(f"Somebody changed this item meanwhile: {now}.")
    title, points = change.new or (item.title, item.points)
    changed = marking.change_item(session, item, title, points, person_id, retired=change.new is None)
    notify(session, changed, f"The rubric item {item.title} now counts {item.points:+.12g}.")
    return item, len(changed)


def _mark(session: Session, submission: Submission, marks: MarkingValues, person_id: str, revision: int) -> None:
    """Save marks and notify the student of the change; of an unreleased result, once it is released."""
    before = save_values(session, submission, marks, person_id, revision)
    if (before.override, before.reason) != (marks.override, marks.reason):
        notify(session, [submission.id], marks.reason or "A grader removed an override.")
    elif before.items != marks.items:
        notify(session, [submission.id], "A grader marked it with a rubric.")
    elif before.unreleased and not marks.unreleased:
        notify(session, [submission.id], "The result is released.", replace=False)


def _expect_place(submission: Submission, comment: NewComment) -> None:
    if comment.file is None:
        return
    data = submission.files.get(comment.file)
    if data is None:
        raise NotAllowed("There is no such file in this submission.")
    last = data.decode("utf-8", "replace").count("\n") + 1
    if comment.line is not None and not 1 <= comment.line <= last:
        raise NotAllowed(f"{comment.file} has lines 1 to {last}.")
