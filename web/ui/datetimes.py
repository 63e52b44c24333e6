"""Moments as forms have them: typed in the browser's zone where its script runs, and else in UTC."""

from datetime import UTC, datetime
from typing import Final

_YEARS: Final = range(2000, 2101)


def parse_datetime(text: str, known: datetime | None = None) -> datetime | None:
    """Return the moment that was typed, None for nothing.

    Args:
        text: as a field of the type datetime-local sends it, or with a zone behind it.
        known: the moment that the field was filled with; it is kept where nobody changed it, to the microsecond.

    Raises:
        ValueError: it is no moment; the text is a sentence.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("This is no date with a time, such as 2026-11-30T18:00.") from None
    if moment.year not in _YEARS:  # of all years there are, not each first and last moment has one in UTC
        raise ValueError(f"The year lies between {_YEARS[0]} and {_YEARS[-1]}.")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return known if known is not None and known.replace(microsecond=0) == moment else moment


def format_datetime(moment: datetime | None) -> str:
    """Return a moment as a field of the type datetime-local holds it, in UTC."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")
