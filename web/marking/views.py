"""Marking one submission: comments, rubric items, an override, and releasing the result."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.database.engine import clock
from records.errors import NotAllowed
from records.marking import comments, saving
from records.marking.models import MarkingConflict, Missing, RubricItem, expect_revision
from records.marking.queries import first_submitter, position_of
from records.submissions.attempts import active_attempt, attempts_of
from records.submissions.models import Submission
from web.extensions import services
from web.marking.forms import MarkingForm, number_from, section_asked
from web.marking.presenters import marking_page
from web.security.permissions import Permission, assignment_at, current_member, requires, submission_at
from web.ui.pages import render_page

bp = Blueprint("marking", __name__)


@dataclass(frozen=True)
class Outcome:
    """What a change did, as a sentence, and where to go next; "" for the page it was made on."""

    sentence: str
    address: str = ""
    kind: str = "good"


@bp.get("/submissions/<submission_id>/marking")
@requires(Permission.GRADE)
def show(submission_id: str) -> str:
    """Show a submission to mark."""
    return _page(submission_id, MarkingForm())


@bp.get("/courses/<course>/assignments/<assignment>/marking", defaults={"person_id": ""})
@bp.get("/courses/<course>/assignments/<assignment>/marking/<person_id>")
@requires(Permission.GRADE)
def student(course: str, assignment: str, person_id: str) -> ResponseReturnValue:
    """Go to the active submission of a student, else the latest; by default of the first student."""
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        person_id = person_id or first_submitter(session, found) or ""
        attempts = attempts_of(session, person_id, [found], clock(session), staff=True)[found.id]
    attempt = active_attempt(attempts) or (attempts[-1] if attempts else None)
    if attempt is None:
        flash("Nothing has been submitted there yet.", "info")
        return redirect(url_for("gradebook.show", course=course), 303)
    return redirect(_address(attempt.submission_id), 303)


@bp.post("/submissions/<submission_id>/marking")
@requires(Permission.GRADE)
def save(submission_id: str) -> ResponseReturnValue:
    """Save the marking and a comment, all or nothing."""

    def change(session: Session, submission: Submission, member: Member, form: MarkingForm) -> Outcome:
        marks, revision = form.fields().marks(), form.seen_revision
        done = saving.save_marking(session, submission, marks, form.new_comment(), member.person_id, revision)
        address = _next_address(session, submission) if form.then.data == "next" else ""
        if form.then.data == "next" and not address:
            done.append("That was the last one.")
        return Outcome(" ".join(done) or "There was nothing to save.", address, "good" if done else "info")

    return _change(submission_id, change)


@bp.post("/submissions/<submission_id>/comments/<comment_id>")
@requires(Permission.GRADE)
def change_comment(submission_id: str, comment_id: str) -> ResponseReturnValue:
    """Change or remove a comment."""

    def change(session: Session, submission: Submission, member: Member, form: MarkingForm) -> Outcome:
        text = None if form.remove.data else form.comment.data
        comments.change_comment(session, submission, comment_id, text, member.person_id, form.seen_revision)
        return Outcome("The comment was removed." if text is None else "The comment was changed.")

    return _change(submission_id, change)


@bp.post("/submissions/<submission_id>/rubric")
@requires(Permission.GRADE)
def add_item(submission_id: str) -> ResponseReturnValue:
    """Add an item to the assignment's rubric, and apply it to this submission."""

    def change(session: Session, submission: Submission, member: Member, form: MarkingForm) -> Outcome:
        title, points = form.item_title.data, number_from(form.item_points.data)
        item = saving.add_item(session, submission, title, points, member.person_id, form.seen_revision)
        return Outcome(f"{item.title} was added to the rubric and applied here.")

    return _change(submission_id, change)


@bp.post("/submissions/<submission_id>/rubric/<item_id>")
@requires(Permission.GRADE)
def change_item(submission_id: str, item_id: str) -> ResponseReturnValue:
    """Change an item of the assignment's rubric for all submissions it applies to, or retire it."""

    def change(session: Session, submission: Submission, member: Member, form: MarkingForm) -> Outcome:
        item, changed = saving.change_item(
            session, submission, item_id, form.item_change(), member.person_id, form.seen_revision
        )
        return Outcome(_sentence(item, changed))

    return _change(submission_id, change)


def _change(
    submission_id: str, change: Callable[[Session, Submission, Member, MarkingForm], Outcome]
) -> ResponseReturnValue:
    """Make a change in one transaction and go where its outcome says, or show the form again as it was sent."""
    form, member = MarkingForm(), current_member()
    try:
        with services().database.write() as session:
            submission = submission_at(session, submission_id)
            expect_revision(session, submission.id, member.person_id, form.seen_revision)
            outcome = change(session, submission, member, form)
    except MarkingConflict:
        return _page(submission_id, form, stale=True), 409
    except NotAllowed as refused:
        return _page(submission_id, form, error=str(refused)), 422
    except Missing:
        abort(404)
    flash(outcome.sentence, outcome.kind)
    return redirect(outcome.address or _address(submission_id), 303)


def _page(submission_id: str, form: MarkingForm, *, error: str = "", stale: bool = False) -> str:
    with services().database.read() as session:
        submission = submission_at(session, submission_id)
        page = marking_page(session, submission, current_member(), form, error=error, stale=stale)
    return render_page("marking/show.html", page)


def _sentence(item: RubricItem, changed: int) -> str:
    others = "The score of 1 submission changes" if changed == 1 else f"The scores of {changed} submissions change"
    effect = f" {others}, and the students are notified." if changed else ""
    return f"{item.title} is {'retired; it still applies where it was given' if item.retired else 'changed'}.{effect}"


def _next_address(session: Session, submission: Submission) -> str:
    """Return the address of the next student's submission; "" after the last."""
    section, name = section_asked()
    person_id = position_of(session, submission, name).next
    if person_id is None:
        return ""
    return url_for(
        "marking.student",
        course=submission.assignment.course.slug,
        assignment=submission.assignment.slug,
        person_id=person_id,
        section=section or None,
    )


def _address(submission_id: str) -> str:
    return url_for("marking.show", submission_id=submission_id, section=section_asked()[0] or None)
