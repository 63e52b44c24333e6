"""Form fields that WTForms does not have, and filters for texts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import Field, FloatField, IntegerField

from web.ui.datetimes import format_datetime, parse_datetime


def stripped(text: str | None) -> str:
    """Return a text without the white space around it."""
    return (text or "").strip()


def unix_lines(text: str | None) -> str:
    """Return a text with lines that end as in files."""
    return (text or "").replace("\r\n", "\n")


class TextListField(Field):  # type: ignore[misc]
    """All values of one name, such as those of ticked boxes."""

    data: list[str]

    def process_data(self, value: Sequence[str] | None) -> None:
        """Take a default."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was sent."""
        self.data = list(valuelist)


class DateTimeField(Field):  # type: ignore[misc]
    """A date with a time in the time zone of the form's `meta`, None where it is empty.

    A default that nobody edited stays as it is, to the microsecond.
    """

    data: datetime | None

    @property
    def text(self) -> str:
        """What the field shows: what was sent, or else its default."""
        return str(self.raw_data[0]) if self.raw_data else format_datetime(self.data, self.meta.time_zone)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent; the message of a ValueError is a sentence."""
        known, self.data = self.data, None
        self.data = parse_datetime("".join(valuelist[:1]), known, self.meta.time_zone)


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number from 0 to `most`; None where it may be empty and is."""

    def __init__(self, label: str, *, most: int, may_be_empty: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self._most = most
        self._may_be_empty = may_be_empty

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent; the message of a ValueError is a sentence."""
        self.data, text = None, "".join(valuelist[:1]).strip()
        if self._may_be_empty and not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= self._most):
            raise ValueError(f"This is a whole number from 0 to {self._most:,}.")
        self.data = int(text)


class PercentField(FloatField):  # type: ignore[misc]
    """A number from 0 to 100, with a point or a comma; 0 where it is empty."""

    def _value(self) -> str:
        return str(super()._value()).removesuffix(".0")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent; the message of a ValueError is a sentence."""
        self.data = None
        try:
            number = float("".join(valuelist[:1]).replace(",", ".") or 0)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 100:
            raise ValueError("This is a number from 0 to 100.")
        self.data = number
