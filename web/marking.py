"""Marking one submission: comments, rubric items, an override, and whether the result is held back."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader import records
from web.access import Seat, assignment_at, staff_seat, submission_of
from web.changes import changes_in
from web.parts import parts
from web.session import user
from web.sheets import attempt_shown, comments_on, neighbours_of, sheet_of

__all__ = ["Remarks", "pages", "remarks_of"]

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{0,9})?|[+-]?[.,][0-9]{1,9}")
_NO_NUMBER: Final = "{} is no number. Write one such as 7.5."

pages = Blueprint("marking", __name__)


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
    comments: tuple[records.Comment, ...]
    held: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to be read."""
        return bool(self.items or self.comments or self.override is not None)


@dataclass(frozen=True)
class Typed:
    """What a grader typed, as it was sent: it is shown again where it cannot be taken."""

    revision: int = 0
    items: frozenset[str] = frozenset()
    override: str = ""
    reason: str = ""
    held: bool = False
    text: str = ""
    file: str = ""
    line: str = ""
    item: str = ""
    item_title: str = ""
    item_points: str = ""
    sent: bool = field(default=False)


def remarks_of(session: Session, submission: records.Submission, *, staff: bool = False) -> Remarks | None:
    """Return what graders added to a submission; None for a student while the result is held back."""
    marks = records.marks_of(session, submission.id)
    held = marks.held or submission.assignment.results_held
    if held and not staff:
        return None
    query = select(records.RubricItem).where(records.RubricItem.id.in_(marks.items))
    items = session.scalars(query.order_by(records.RubricItem.position, records.RubricItem.id))
    return Remarks(
        items=tuple((item.title, item.points) for item in items),
        override=marks.override,
        reason=marks.reason,
        comments=tuple(comments_on(session, submission.id)),
        held=held,
    )


@pages.get("/submissions/<submission_id>/marking")
def show(submission_id: str) -> Any:
    """Show a submission to be marked."""
    return _page(submission_id)


@pages.get("/courses/<course>/assignments/<assignment>/marking", defaults={"person_id": ""})
@pages.get("/courses/<course>/assignments/<assignment>/marking/<person_id>")
def student(course: str, assignment: str, person_id: str) -> Any:
    """Go to what counts of a student at an assignment; without one, to the first who handed something in."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        person_id = person_id or _first(session, found) or ""
        attempts = records.attempts_of(session, person_id, [found], records.clock(session), staff=True)[found.id]
    attempt = attempt_shown(attempts)
    if attempt is None:
        flash("Nothing has been handed in there yet.", "info")
        return redirect(url_for("gradebook.show", course=course), 303)
    return redirect(_address(attempt.submission_id), 303)


@pages.post("/submissions/<submission_id>/marking")
def save(submission_id: str) -> Any:
    """Keep what a grader decided and said, all of it or nothing."""
    typed = _typed()
    with _told(submission_id, typed) as problem:
        with parts().database.write() as session:
            submission, seat = _submission(session, submission_id)
            done = _keep(session, submission, seat, typed)
            following = _following(session, submission) if request.form.get("then") == "next" else None
        flash(" ".join(done) or "There was nothing to be saved.", "good" if done else "info")
        return redirect(following or _address(submission_id), 303)
    return problem[0]


@pages.post("/submissions/<submission_id>/comments/<comment_id>")
def change_comment(submission_id: str, comment_id: str) -> Any:
    """Say something else, or take back what was said."""
    typed = _typed()
    with _told(submission_id, typed) as problem:
        with parts().database.write() as session:
            submission, seat = _submission(session, submission_id)
            comment = session.get(records.Comment, comment_id)
            if comment is None:  # removed meanwhile
                records.expect_revision(session, submission.id, seat.person_id, typed.revision)
            if comment is None or comment.submission_id != submission.id:
                abort(404)
            text = "" if "remove" in request.form else request.form.get("comment", "")
            if not text.strip() and "remove" not in request.form:
                raise records.Refused("There is nothing in the comment. To take it back, press Remove.")
            records.change_comment(session, comment, text, seat.person_id, typed.revision)
        flash("The comment was changed." if text else "The comment was removed.", "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@pages.post("/submissions/<submission_id>/rubric")
def add_item(submission_id: str) -> Any:
    """Add an item to the assignment's rubric, which holds for this submission at once."""
    typed = _typed()
    with _told(submission_id, typed) as problem:
        with parts().database.write() as session:
            submission, seat = _submission(session, submission_id)
            points = _number(typed.item_points)
            item = records.add_item(session, submission.assignment, typed.item_title, points, seat.person_id)
            before = records.marks_of(session, submission.id)
            after = records.Marks(before.items | {item.id}, before.override, before.reason, before.held)
            _mark(session, submission, seat, before, after, typed.revision)
        flash(f"{item.title} was added to the rubric, and holds here.", "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@pages.post("/submissions/<submission_id>/rubric/<item_id>")
def change_item(submission_id: str, item_id: str) -> Any:
    """Change an item of the assignment's rubric, for all submissions that it holds for; or offer it no more."""
    typed = _typed()
    with _told(submission_id, typed) as problem:
        with parts().database.write() as session:
            submission, seat = _submission(session, submission_id)
            records.expect_revision(session, submission.id, seat.person_id, typed.revision)
            item = session.get(records.RubricItem, item_id, with_for_update=True)
            if item is None or item.assignment_id != submission.assignment_id:
                abort(404)
            _expect_unchanged(item)
            retired = "retire" in request.form
            points = _number(typed.item_points)
            touched = records.change_item(session, item, typed.item_title, points, seat.person_id, retired=retired)
            _tell_all(session, touched, f"The rubric item {item.title} now counts {item.points:+g}.")
        flash(_said_of(item, len(touched)), "good")
        return redirect(_address(submission_id), 303)
    return problem[0]


@contextmanager
def _told(submission_id: str, typed: Typed) -> Iterator[list[Any]]:
    """Answer what cannot be taken with the page, on which what was typed still stands; nothing is kept then."""
    answer: list[Any] = []
    try:
        yield answer
    except records.MarkingConflict:
        answer.append((_page(submission_id, typed, stale=True), 409))
    except records.Refused as error:
        answer.append((_page(submission_id, typed, error=str(error)), 422))


def _page(submission_id: str, typed: Typed | None = None, *, error: str = "", stale: bool = False) -> Any:
    section = request.values.get("section", "")
    with parts().database.read() as session:
        submission, seat = _submission(session, submission_id)
        only = section[1:] if section.startswith("=") else None
        sheet = sheet_of(session, submission, seat, run_id=request.args.get("run", ""), section=only)
        meanwhile = records.changes_since(session, submission.id, typed.revision) if typed and stale else []
        names = _names(session, {entry.actor for entry in meanwhile})
    course, assignment = seat.course, submission.assignment
    gradebook = url_for("gradebook.show", course=course.slug, section=section or None)
    return render_template(
        "marking.html",
        sheet=sheet,
        course=course,
        assignment=assignment,
        typed=typed or _standing(sheet),
        error=error,
        stale=stale,
        meanwhile=[(names.get(entry.actor, entry.actor), entry, changes_in(entry)) for entry in meanwhile],
        section=section,
        panel=sheet.panel,
        files=sheet.files,
        crumbs=[
            (course.title, url_for("courses.show", course=course.slug)),
            ("Gradebook", gradebook),
            (submission.person.name, None),
        ],
    )


def _submission(session: Session, submission_id: str) -> tuple[records.Submission, Seat]:
    submission, seat = submission_of(session, user().person_id, submission_id)
    return (submission, seat) if seat.is_staff else abort(404)


def _typed() -> Typed:
    form = request.form
    revision = form.get("revision", "")
    return Typed(
        revision=int(revision) if re.fullmatch(r"[0-9]{1,9}", revision, re.ASCII) else 0,
        items=frozenset(form.getlist("item")),
        override=form.get("override", "").strip(),
        reason=form.get("reason", "").strip(),
        held="held" in form,
        text=form.get("text", ""),
        file=form.get("file", ""),
        line=form.get("line", "").strip(),
        item=form.get("item_id", ""),
        item_title=form.get("item_title", ""),
        item_points=form.get("item_points", "").strip(),
        sent="revision" in form,
    )


def _standing(sheet: Any) -> Typed:
    """Return the form as it is before somebody types."""
    marks = sheet.marks
    override = "" if marks.override is None else f"{marks.override:.12g}"
    return Typed(sheet.revision, marks.items, override, marks.reason, marks.held)


def _keep(session: Session, submission: records.Submission, seat: Seat, typed: Typed) -> list[str]:
    """Keep what was typed, and return what was done, as sentences."""
    records.expect_revision(session, submission.id, seat.person_id, typed.revision)
    done = []
    before, after = records.marks_of(session, submission.id), _marks(typed)
    if before != after:
        _mark(session, submission, seat, before, after, typed.revision)
        done.append("Saved.")
    if typed.text.strip():
        file, line = _place(submission, typed)
        records.comment_on(session, [submission.id], typed.text, seat.person_id, file, line)
        done.append("The comment was added.")
    return done


def _marks(typed: Typed) -> records.Marks:
    if not typed.override:
        return records.Marks(typed.items, None, "", typed.held)
    return records.Marks(typed.items, _number(typed.override), typed.reason, typed.held)


def _mark(
    session: Session,
    submission: records.Submission,
    seat: Seat,
    before: records.Marks,
    after: records.Marks,
    revision: int,
) -> None:
    """Decide, and tell the student where what they see changes."""
    records.mark(session, submission, after, seat.person_id, revision)
    if after.held or submission.assignment.results_held:
        return
    if (before.override, before.reason) != (after.override, after.reason):
        records.notify(session, submission, kind="marked", reason=after.reason or "A grader took an override back.")
    elif before.items != after.items:
        records.notify(session, submission, kind="marked", reason="A grader went through it with a rubric.")
    elif before.held:
        records.notify(session, submission, kind="marked", reason="The result is not held back any more.")


def _tell_all(session: Session, submission_ids: list[str], reason: str) -> None:
    query = select(records.Submission, records.Marking).join(
        records.Marking, records.Marking.submission_id == records.Submission.id
    )
    for begin in range(0, len(submission_ids), 5000):  # a statement has so many parameters at most
        rows = session.execute(query.where(records.Submission.id.in_(submission_ids[begin : begin + 5000]))).all()
        for submission, marking in rows:
            if not marking.held and not submission.assignment.results_held:
                records.notify(session, submission, kind="marked", reason=reason)


def _place(submission: records.Submission, typed: Typed) -> tuple[str | None, int | None]:
    if not typed.file:
        return None, None
    data = submission.files.get(typed.file)
    if data is None:
        raise records.Refused("There is no such file in this submission.")
    if not typed.line:
        return typed.file, None
    last = data.decode("utf-8", "replace").count("\n") + 1
    if not re.fullmatch(r"[0-9]{1,7}", typed.line, re.ASCII) or not 1 <= int(typed.line) <= last:
        raise records.Refused(f"{typed.file} has lines 1 to {last}.")
    return typed.file, int(typed.line)


def _number(text: str) -> float:
    text = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise records.Refused(_NO_NUMBER.format(text[:40] or "Nothing"))
    return float(text.replace(",", "."))


def _expect_unchanged(item: records.RubricItem) -> None:
    seen: Mapping[str, str] = request.form
    if (seen.get("was_title"), seen.get("was_points")) != (item.title, f"{item.points:g}"):
        raise records.Refused(
            f"Somebody changed this item meanwhile: it is called {item.title} now and counts {item.points:+g}."
            " Nothing of yours was kept."
        )


def _said_of(item: records.RubricItem, touched: int) -> str:
    others = "1 submission is" if touched == 1 else f"{touched} submissions are"
    worth = f" {others} worth another sum by that, and their students are told." if touched else ""
    return f"{item.title} is {'offered no more; where it holds, it stands' if item.retired else 'changed'}.{worth}"


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    query = select(records.Person.id, records.Person.name).where(records.Person.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def _first(session: Session, assignment: records.Assignment) -> str | None:
    query = (
        select(records.Person)
        .join(records.Submission, records.Submission.person_id == records.Person.id)
        .where(records.Submission.assignment_id == assignment.id, records.Submission.kind == "submit")
    )
    people = session.scalars(query.distinct()).all()
    return min(people, key=lambda one: (one.name.casefold(), one.email)).id if people else None


def _following(session: Session, submission: records.Submission) -> str | None:
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
