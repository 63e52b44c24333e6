"""What the templates about marking are handed: one submission with its runs, and what was decided on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.database.engine import clock
from records.marking.marking import MarkingValues, changes_since, marking_values
from records.marking.models import Comment, Marking, RubricItem
from records.marking.queries import (
    RunEntry,
    comments_on,
    names_of,
    position_of,
    rubric_of,
    runs_of,
    uses_of,
)
from records.positions import Position
from records.submissions.attempts import Attempt, attempts_of
from records.submissions.models import Submission
from web.audit.changes import Change, changes_in
from web.marking.forms import MarkingFields, MarkingForm, section_asked
from web.submissions.presenters import RunPresenter, run_presenter
from web.ui.pages import PageInCourse


@dataclass(frozen=True)
class OtherChange:
    """What somebody else changed in the meantime."""

    name: str
    entry: AuditEntry
    changes: Sequence[Change]


@dataclass(frozen=True, kw_only=True)
class MarkingPage(PageInCourse):
    """One submission as a grader sees it.

    Attributes:
        attempt: None while nothing has graded it; `attempts` are all of this student, oldest first.
        uses: number of submissions each rubric item applies to, by its id.
        marks: as saved; `fields` as the form shows them.
        stale: whether saving failed because somebody else saved first.
    """

    assignment: Assignment
    submission: Submission
    attempt: Attempt | None
    attempts: Sequence[Attempt]
    run: RunPresenter | None
    runs: Sequence[RunEntry]
    files: Mapping[str, str]
    comments: Sequence[Comment]
    marks: MarkingValues
    items: Sequence[RubricItem]
    uses: Mapping[str, int]
    revision: int
    position: Position
    form: MarkingForm
    fields: MarkingFields
    new_comment: str
    error: str
    stale: bool
    other_changes: Sequence[OtherChange]
    section: str


def marking_page(
    session: Session, submission: Submission, member: Member, form: MarkingForm, *, error: str = "", stale: bool = False
) -> MarkingPage:
    """Return the page for marking a submission, or answer with 404 if the address names a run it does not have."""
    now, assignment = clock(session), submission.assignment
    section, section_name = section_asked()
    attempts = attempts_of(session, submission.person_id, [assignment], now, kinds=(submission.kind,), staff=True)[
        assignment.id
    ]
    attempt = next((one for one in attempts if one.submission_id == submission.id), None)
    runs = runs_of(session, submission)
    run_id = _run_asked(runs) or (attempt.run_id if attempt else "")
    marks, marking = marking_values(session, submission.id), session.get(Marking, submission.id)
    items, comments = rubric_of(session, assignment.id, marks), comments_on(session, submission.id)
    saved = MarkingFields.of(marks)
    return MarkingPage(
        member=member,
        assignment=assignment,
        submission=submission,
        attempt=attempt,
        attempts=attempts,
        run=run_presenter(session, run_id, member, now, attempt=attempt) if run_id else None,
        runs=runs,
        files={name: data.decode("utf-8", "replace") for name, data in submission.files.items()},
        comments=comments,
        marks=marks,
        items=items,
        uses=uses_of(session, items),
        revision=marking.revision if marking else 0,
        position=position_of(session, submission, section_name),
        form=form,
        fields=form.merged(saved) if form.is_submitted() else saved,
        new_comment=_new_comment(form, comments),
        error=error,
        stale=stale,
        other_changes=_other_changes(session, submission, form) if stale else [],
        section=section,
        path=[
            ("Gradebook", url_for("gradebook.show", course=member.course.slug, section=section or None)),
            (submission.person.name, None),
        ],
    )


def _run_asked(runs: Sequence[RunEntry]) -> str:
    run_id = request.args.get("run", "")
    if run_id and all(run_id != entry.run.id for entry in runs):
        abort(404)
    return run_id


def _new_comment(form: MarkingForm, comments: Sequence[Comment]) -> str:
    """Return the text of the new comment; the new text of a comment that was removed in the meantime becomes it."""
    removed = form.comment.data and all(form.comment_id.data != comment.id for comment in comments)
    return str(form.text.data or form.comment.data) if removed else str(form.text.data)


def _other_changes(session: Session, submission: Submission, form: MarkingForm) -> list[OtherChange]:
    entries = changes_since(session, submission.id, form.seen_revision)
    names = names_of(session, {entry.actor for entry in entries})
    return [OtherChange(names.get(entry.actor, entry.actor), entry, changes_in(entry)) for entry in entries]
