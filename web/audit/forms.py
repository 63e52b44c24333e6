"""The filter of the audit log, as it stands in the address."""

import re
from datetime import MAXYEAR, date
from typing import Any, Final

from flask import request
from wtforms import Field, Form, StringField

from records.audit.queries import AuditFilter
from web.ui.fields import stripped

_MAX_TEXT: Final = 200  # characters
_ID: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


def _short(text: str | None) -> str:
    return stripped(text)[:_MAX_TEXT]


class DayField(Field):  # type: ignore[misc]
    """A day such as 2026-09-30; None where it is empty."""

    data: date | None

    def process_formdata(self, values: list[str]) -> None:
        """Read the day; raise ValueError if it is none; the text is a sentence for whoever typed it."""
        self.data = None
        text = _short(values[0] if values else "")
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or len(text) != len("2026-09-30") or day.year >= MAXYEAR:  # whose last day has no next
            raise ValueError(f"{text} is not a day. Write one such as 2026-09-30.")
        self.data = day


class FilterForm(Form):  # type: ignore[misc]
    """Which entries of the log are wanted; what cannot be understood filters nothing."""

    q = StringField(filters=[_short])
    person = StringField(filters=[_short])
    action = StringField(filters=[_short])
    since = DayField()
    until = DayField()
    before = StringField(filters=[_short])

    @classmethod
    def from_request(cls) -> "FilterForm":
        """Return the form as the address has it, validated."""
        form = cls(request.args)
        form.validate()
        return form

    @property
    def problem(self) -> str:
        """What is wrong with it, as a sentence; "" for nothing."""
        return " ".join(sentence for sentences in self.errors.values() for sentence in sentences)

    @property
    def wanted(self) -> AuditFilter:
        """The filter that it stands for."""
        return AuditFilter(
            actor=self.person.data,
            action=self.action.data,
            text=self.q.data,
            since=self.since.data,
            until=self.until.data,
            before=int(self.before.data) if _ID.fullmatch(self.before.data) else 0,
        )

    def arguments(self) -> dict[str, Any]:
        """Return what stands in an address for the filter, without the place in the log."""
        return {name: str(value) for name, value in self.data.items() if value and name != "before"}
