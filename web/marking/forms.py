"""What the page for marking takes, read and merged with what somebody else saved in the meantime."""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from records.errors import NotAllowed
from records.marking.marking import MarkingValues
from records.marking.saving import ItemChange, NewComment
from web.ui.fields import TextListField, stripped, unix_lines

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{0,9})?|[+-]?[.,][0-9]{1,9}")
_REVISION: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_LINE: Final = re.compile(r"[0-9]{1,7}", re.ASCII)


@dataclass(frozen=True)
class MarkingFields:
    """Rubric items, override and release of a submission, as the form shows them."""

    items: frozenset[str] = frozenset()
    override: str = ""
    reason: str = ""
    unreleased: bool = False

    @classmethod
    def of(cls, marks: MarkingValues) -> Self:
        """Return the fields that show some marks."""
        override = "" if marks.override is None else f"{marks.override:.12g}"
        return cls(marks.items, override, marks.reason, marks.unreleased)

    def marks(self) -> MarkingValues:
        """Return the marks; raise NotAllowed if the override is not a number."""
        if not self.override:
            return MarkingValues(self.items, None, "", self.unreleased)
        return MarkingValues(self.items, number_from(self.override), self.reason, self.unreleased)


class MarkingForm(FlaskForm):  # type: ignore[misc]
    """All forms of the page: whatever is not accepted is shown again as it was sent.

    `revision` is that of the marking the grader saw, and `seen_…` what the form for marking showed. `text`, `file` and
    `line` are a new comment, `comment_id` and `comment` the new text of one; `item_id`, `item_title` and `item_points`
    are a rubric item, a new one without an id.
    """

    revision = StringField(default="")
    section = StringField(default="")
    then = StringField(default="")
    item = TextListField()
    override = StringField(default="", filters=[stripped])
    reason = StringField(default="", filters=[unix_lines, stripped])
    unreleased = BooleanField()
    seen_items = StringField(default="")
    seen_override = StringField()  # None where another form was sent
    seen_reason = StringField(default="", filters=[unix_lines, stripped])
    seen_unreleased = StringField(default="")
    text = StringField(default="")
    file = StringField(default="")
    line = StringField(default="", filters=[stripped])
    comment_id = StringField(default="")
    comment = StringField(default="")
    remove = BooleanField()
    item_id = StringField(default="")
    item_title = StringField(default="")
    item_points = StringField(default="", filters=[stripped])
    was_title = StringField(default="")
    was_points = StringField(default="")
    retire = BooleanField()

    @property
    def seen_revision(self) -> int:
        """The revision of the marking that the grader saw."""
        return int(self.revision.data) if _REVISION.fullmatch(self.revision.data) else 0

    def fields(self) -> MarkingFields:
        """Return the marking as it was sent."""
        return MarkingFields(
            frozenset(self.item.data), self.override.data, self.reason.data, bool(self.unreleased.data)
        )

    def new_comment(self) -> NewComment | None:
        """Return the new comment; None if its text is empty; raise NotAllowed if the line is not a number."""
        if not self.text.data.strip():
            return None
        if not self.file.data or not self.line.data:
            return NewComment(self.text.data, self.file.data or None)
        line = int(self.line.data) if _LINE.fullmatch(self.line.data) else 0
        return NewComment(self.text.data, self.file.data, line)

    def item_change(self) -> ItemChange:
        """Return the change of a rubric item; raise NotAllowed if the points are not a number."""
        seen = (self.was_title.data, self.was_points.data)
        return ItemChange(
            seen, None if self.retire.data else (self.item_title.data, number_from(self.item_points.data))
        )

    def merged(self, saved: MarkingFields) -> MarkingFields:
        """Return what was sent over what is saved now.

        Where the form for marking was not sent, or nothing was changed in it, this is what is saved: saving once more
        never takes back what somebody else saved in the meantime.
        """
        seen, sent = self._seen(), self.fields()
        if seen is None:
            return saved
        return replace(
            sent,
            items=(saved.items | (sent.items - seen.items)) - (seen.items - sent.items),
            override=saved.override if sent.override == seen.override else sent.override,
            reason=saved.reason if sent.reason == seen.reason else sent.reason,
            unreleased=saved.unreleased if sent.unreleased == seen.unreleased else sent.unreleased,
        )

    def _seen(self) -> MarkingFields | None:
        if self.seen_override.data is None:
            return None
        items = frozenset(filter(None, self.seen_items.data.split(",")))
        return MarkingFields(items, self.seen_override.data, self.seen_reason.data, self.seen_unreleased.data == "1")


def number_from(text: str) -> float:
    """Return a number as people write it, with a point or a comma; raise NotAllowed if it is not a number."""
    text = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise NotAllowed(f"{text[:40] or 'Nothing'} is no number. Write one such as 7.5.")
    return float(text.replace(",", "."))


def section_asked() -> tuple[str, str | None]:
    """Return the section of the address or the form, "=" before its name, and the name alone; None for all."""
    section = request.values.get("section", "")
    return section, section[1:] if section.startswith("=") else None
