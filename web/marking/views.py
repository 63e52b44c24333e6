"""Marking one submission: comments, rubric items, an override, and whether the result is held back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.errors import NotAllowed
from records.marking import comments, marking
from records.marking.comments import comment_on
from records.marking.marking import Marks, changes_since, mark, marks_of
from records.marking.models import Comment, MarkingConflict, RubricItem, expect_revision
from records.people.models import Person
from records.submissions.models import Submission
from records.submissions.notices import notify
from records.submissions.scores import attempts_of
from web.audit.changes import changes_in
from web.extensions import services
from web.marking.forms import Typed, marks_in, merged, number_in, place_in, read_typed, standing
from web.marking.presenters import attempt_shown, neighbours_of, sheet_of
from web.security.permissions import Permission, assignment_at, current_member, requires, submission_at

bp = Blueprint("marking", __name__)


@bp.get("/submissions/<submission_id>/marking")
@requires(Permission.GRADE)
def show(submission_id: str) -> Any:
    """Show a submission to be marked."""
    return _page(submission_id)


@bp.get("/courses/<course>/assignments/<assignment>/marking", defaults={"person_id": ""})
@bp.get("/courses/<course>/assignments/<assignment>/marking/<person_id>")
@requires(Permission.GRADE)
def student(course: str, assignment: str, person_id: str) -> Any:
    """Go to what counts of a student at an assignment; without one, to the first who handed something in."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        person_id = person_id or _first(session, found) or ""
        attempts = attempts_of(session, person_id, [found], clock(session), staff=True)[found.id]
    attempt = attempt_shown(attempts)
    if attempt is None:
        flash("Nothing has been submitted there yet.", "info")
        return redirect(url_for("gradebook.show", course=course), 303)
    return redirect(_address(attempt.submission_id), 303)


@bp.post("/submissions/<submission_id>/marking")
@requires(Permission.GRADE)
def save(submission_id: str) -> Any:
    """Keep what a grader decided and said, all of it or nothing."""
    typed = read_typed()
    with _told(submission_id, typed) as problem:
        with services().database.write() as session:
            submission, member = _submission(session, submission_id)
            done = _keep(session, submission, member, typed)
            following = _following(session, submission) if request.form.get("then") == "next" else None
        flash(" ".join(done) or "There was nothing to be saved.", "good" if done else "info")
        return redirect(following or _address(submission_id), 303)
    return problem[0]


@bp.post("/submissions/<submission_id>/comments/<comment_id>")
@requires(Permission.GRADE)
def change_comment(submission_id: str, comment_id: str) -> Any:
    """Say something else, or take back what was said."""
    typed = read_typed()
    with _told(submission_id, typed) as problem:
        with services().database.write() as session:
            submission, member = _submission(session, submission_id)
            comment = session.get(Comment, comment_id)
            if comment is None:  # removed meanwhile
                expect_revision(session, submission.id, member.person_id, typed.revision)
            if comment is None or comment.submission_id != submission.id:
                abort(404)
            text = "" if "remove" in request.form else typed.comment
            if not text.strip() and "remove" not in request.form:
                raise NotAllowed("There is nothing in the comment. To take it back, press Remove.")
            comments.change_comment(session, comment, text, member.person_id, typed.revision)
        flash("The comment was changed." if text else "The comment was removed.", "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@bp.post("/submissions/<submission_id>/rubric")
@requires(Permission.GRADE)
def add_item(submission_id: str) -> Any:
    """Add an item to the assignment's rubric, which holds for this submission at once."""
    typed = read_typed()
    with _told(submission_id, typed) as problem:
        with services().database.write() as session:
            submission, member = _submission(session, submission_id)
            points = number_in(typed.item_points)
            item = marking.add_item(session, submission.assignment, typed.item_title, points, member.person_id)
            before = marks_of(session, submission.id)
            after = Marks(before.items | {item.id}, before.override, before.reason, before.unreleased)
            _mark(session, submission, member, before, after, typed.revision)
        flash(f"{item.title} was added to the rubric, and holds here.", "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@bp.post("/submissions/<submission_id>/rubric/<item_id>")
@requires(Permission.GRADE)
def change_item(submission_id: str, item_id: str) -> Any:
    """Change an item of the assignment's rubric, for all submissions that it holds for; or offer it no more."""
    typed = read_typed()
    with _told(submission_id, typed) as problem:
        with services().database.write() as session:
            submission, member = _submission(session, submission_id)
            expect_revision(session, submission.id, member.person_id, typed.revision)
            item = session.get(RubricItem, item_id, with_for_update=True)
            if item is None or item.assignment_id != submission.assignment_id:
                abort(404)
            if (request.form.get("was_title"), request.form.get("was_points")) != (item.title, f"{item.points:.12g}"):
                told = f"it is called {item.title} now, and counts {item.points:+.12g}"
                raise NotAllowed(f"Somebody changed this item meanwhile: {told}.")
            retired = "retire" in request.form
            # what is offered no more keeps its words and points, whatever stands in the fields beside the button
            title, points = (item.title, item.points) if retired else (typed.item_title, number_in(typed.item_points))
            touched = marking.change_item(session, item, title, points, member.person_id, retired=retired)
            notify(session, touched, f"The rubric item {item.title} now counts {item.points:+.12g}.")
        flash(_said_of(item, len(touched)), "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@contextmanager
def _told(submission_id: str, typed: Typed) -> Iterator[list[Any]]:
    """Answer what cannot be taken with the page, on which what was typed still stands; nothing is kept then."""
    answer: list[Any] = []
    try:
        yield answer
    except MarkingConflict:
        answer.append((_page(submission_id, typed, stale=True), 409))
    except NotAllowed as error:
        answer.append((_page(submission_id, typed, error=str(error)), 422))


def _page(submission_id: str, typed: Typed | None = None, *, error: str = "", stale: bool = False) -> Any:
    section = request.values.get("section", "")
    with services().database.read() as session:
        submission, member = _submission(session, submission_id)
        only = section[1:] if section.startswith("=") else None
        sheet = sheet_of(session, submission, member, run_id=request.args.get("run", ""), section=only)
        meanwhile = changes_since(session, submission.id, typed.revision) if typed and stale else []
        names = _names(session, {entry.actor for entry in meanwhile})
    shown = merged(typed, sheet.marks, sheet.revision) if typed else standing(sheet.marks, sheet.revision)
    if shown.comment and all(shown.comment_id != one.id for one in sheet.comments):  # removed meanwhile
        shown = replace(shown, text=shown.text or shown.comment)
    course, assignment = member.course, submission.assignment
    gradebook = url_for("gradebook.show", course=course.slug, section=section or None)
    return render_template(
        "marking/show.html",
        sheet=sheet,
        course=course,
        assignment=assignment,
        typed=shown,
        error=error,
        stale=stale,
        meanwhile=[(names.get(entry.actor, entry.actor), entry, changes_in(entry)) for entry in meanwhile],
        section=section,
        panel=sheet.panel,
        files=sheet.files,
        breadcrumbs=[
            (course.title, url_for("courses.show", course=course.slug)),
            ("Gradebook", gradebook),
            (submission.person.name, None),
        ],
    )


def _submission(session: Session, submission_id: str) -> tuple[Submission, Member]:
    return submission_at(session, submission_id), current_member()


def _keep(session: Session, submission: Submission, member: Member, typed: Typed) -> list[str]:
    """Keep what was typed, and return what was done, as sentences."""
    expect_revision(session, submission.id, member.person_id, typed.revision)
    done = []
    before, after = marks_of(session, submission.id), marks_in(typed)
    if before != after:
        _mark(session, submission, member, before, after, typed.revision)
        done.append("Saved.")
    if typed.text.strip():
        file, line = place_in(submission, typed)
        comment_on(session, [submission.id], typed.text, member.person_id, file, line)
        done.append("The comment was added.")
    return done


def _mark(
    session: Session,
    submission: Submission,
    member: Member,
    before: Marks,
    after: Marks,
    revision: int,
) -> None:
    """Decide, and tell the student what changes; of a result that is held back, once it is not."""
    mark(session, submission, after, member.person_id, revision)
    if (before.override, before.reason) != (after.override, after.reason):
        notify(session, [submission.id], after.reason or "A grader took an override back.")
    elif before.items != after.items:
        notify(session, [submission.id], "A grader went through it with a rubric.")
    elif before.unreleased and not after.unreleased:
        notify(session, [submission.id], "The result is not held back any more.", anew=False)


def _said_of(item: RubricItem, touched: int) -> str:
    others = "1 submission is" if touched == 1 else f"{touched} submissions are"
    worth = f" {others} worth another sum by that, and their students are told." if touched else ""
    return f"{item.title} is {'offered no more; where it holds, it stands' if item.retired else 'changed'}.{worth}"


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def _first(session: Session, assignment: Assignment) -> str | None:
    query = (
        select(Person)
        .join(Submission, Submission.person_id == Person.id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
    )
    people = session.scalars(query.distinct()).all()
    return min(people, key=lambda one: (one.name.casefold(), one.email)).id if people else None


def _following(session: Session, submission: Submission) -> str | None:
    section = request.form.get("section", "")
    person_id = neighbours_of(session, submission, section[1:] if section.startswith("=") else None).next
    if person_id is None:
        flash("That was the last one.", "info")
        return None
    assignment = submission.assignment
    return url_for(
        "marking.student",
        course=assignment.course.slug,
        assignment=assignment.slug,
        person_id=person_id,
        section=section or None,
    )


def _address(submission_id: str) -> str:
    return url_for("marking.show", submission_id=submission_id, section=request.values.get("section") or None)
