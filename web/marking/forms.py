"""What a grader typed on the page for marking: read, understood, and brought together with what somebody else kept."""

import re
from dataclasses import dataclass, replace
from typing import Final

from flask import request

from records.errors import NotAllowed
from records.marking.marking import Marks
from records.submissions.models import Submission

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{0,9})?|[+-]?[.,][0-9]{1,9}")


@dataclass(frozen=True)
class Typed:
    """What stands in the forms of the page, as it was sent: it is shown again where it cannot be taken.

    Attributes:
        revision: of the marking that was seen.
        items, override, reason, held: what was decided.
        text, file, line: a new comment.
        comment_id, comment: another text for a comment.
        item_id, item_title, item_points: an item of the rubric, a new one without an id.
    """

    revision: int = 0
    items: frozenset[str] = frozenset()
    override: str = ""
    reason: str = ""
    held: bool = False
    text: str = ""
    file: str = ""
    line: str = ""
    comment_id: str = ""
    comment: str = ""
    item_id: str = ""
    item_title: str = ""
    item_points: str = ""


def read_typed() -> Typed:
    """Return what was sent."""
    form = request.form
    revision = form.get("revision", "")
    return Typed(
        revision=int(revision) if re.fullmatch(r"[0-9]{1,9}", revision, re.ASCII) else 0,
        items=frozenset(form.getlist("item")),
        override=form.get("override", "").strip(),
        reason=form.get("reason", "").replace("\r\n", "\n").strip(),
        held="held" in form,
        text=form.get("text", ""),
        file=form.get("file", ""),
        line=form.get("line", "").strip(),
        comment_id=form.get("comment_id", ""),
        comment=form.get("comment", ""),
        item_id=form.get("item_id", ""),
        item_title=form.get("item_title", ""),
        item_points=form.get("item_points", "").strip(),
    )


def standing(marks: Marks, revision: int) -> Typed:
    """Return the forms as they are before somebody types."""
    override = "" if marks.override is None else f"{marks.override:.12g}"
    return Typed(revision, marks.items, override, marks.reason, marks.unreleased)


def merged(typed: Typed, marks: Marks, revision: int) -> Typed:
    """Return what was typed over what holds now.

    Where the form for marking was not sent, and where in it nothing was changed from what was seen, stands what holds
    now: saving once more takes nothing back unasked that somebody else kept meanwhile.
    """
    now = standing(marks, revision)
    seen = _seen()
    if seen is None:
        return replace(typed, items=now.items, override=now.override, reason=now.reason, held=now.held)
    return replace(
        typed,
        items=(now.items | (typed.items - seen.items)) - (seen.items - typed.items),
        override=now.override if typed.override == seen.override else typed.override,
        reason=now.reason if typed.reason == seen.reason else typed.reason,
        held=now.held if typed.held == seen.held else typed.held,
    )


def marks_in(typed: Typed) -> Marks:
    """Return what was decided.

    Raises:
        NotAllowed: the override is no number.
    """
    if not typed.override:
        return Marks(typed.items, None, "", typed.held)
    return Marks(typed.items, number_in(typed.override), typed.reason, typed.held)


def number_in(text: str) -> float:
    """Return a number as people write it, with a point or a comma.

    Raises:
        NotAllowed: it is none.
    """
    text = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise NotAllowed(f"{text[:40] or 'Nothing'} is no number. Write one such as 7.5.")
    return float(text.replace(",", "."))


def place_in(submission: Submission, typed: Typed) -> tuple[str | None, int | None]:
    """Return the file and the line that a new comment is about.

    Raises:
        NotAllowed: there is no such place.
    """
    if not typed.file:
        return None, None
    data = submission.files.get(typed.file)
    if data is None:
        raise NotAllowed("There is no such file in this submission.")
    if not typed.line:
        return typed.file, None
    last = data.decode("utf-8", "replace").count("\n") + 1
    if not re.fullmatch(r"[0-9]{1,7}", typed.line, re.ASCII) or not 1 <= int(typed.line) <= last:
        raise NotAllowed(f"{typed.file} has lines 1 to {last}.")
    return typed.file, int(typed.line)


def _seen() -> Typed | None:
    """Return what stood in the form for marking when it was shown; None where another form was sent."""
    form = request.form
    if "seen_override" not in form:
        return None
    items = frozenset(filter(None, form.get("seen_items", "").split(",")))
    reason = form.get("seen_reason", "").replace("\r\n", "\n").strip()
    return Typed(0, items, form["seen_override"], reason, form.get("seen_held") == "1")
