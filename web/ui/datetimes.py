"""Dates with times in forms: in the browser's time zone where its script runs, and else in UTC."""

from datetime import UTC, datetime
from typing import Final

_YEARS: Final = range(2000, 2101)


def parse_datetime(text: str, known: datetime | None = None) -> datetime | None:
    """Return the date and time in a text, None for an empty one; a ValueError says in a sentence what is wrong.

    Args:
        text: as a field of the type datetime-local sends it, or with a time zone at the end.
        known: what the field was filled with; returned unchanged, to the microsecond, if nobody edited it.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("This is no date with a time, such as 2026-11-30T18:00.") from None
    if moment.year not in _YEARS:  # not every moment of the years 1 and 9999 exists in UTC
        raise ValueError(f"The year lies between {_YEARS[0]} and {_YEARS[-1]}.")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return known if known is not None and known.replace(microsecond=0) == moment else moment


def format_datetime(moment: datetime | None) -> str:
    """Return a date and time as a field of the type datetime-local holds it, in UTC; "" for None."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")
