"""Dates with times as a course has them: written and shown by the clocks of its time zone."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask

from records.courses.time_zones import DEFAULT_TIME_ZONE, latest

_YEARS: Final = range(2000, 2101)


def install(app: Flask) -> None:
    """Make `moment | in_zone("Europe/Berlin")` available to templates."""
    app.jinja_env.filters["in_zone"] = in_zone


def in_zone(moment: datetime, time_zone: str) -> datetime:
    """Return a moment by the clocks of a time zone."""
    return moment.astimezone(ZoneInfo(time_zone))


def parse_datetime(text: str, known: datetime | None = None, time_zone: str = DEFAULT_TIME_ZONE) -> datetime | None:
    """Return the date and time in a text, None for an empty one; a ValueError says in a sentence what is wrong.

    Args:
        text: as a field of the type datetime-local sends it, or with an offset from UTC at the end.
        known: what the field was filled with; returned unchanged, to the microsecond, if nobody edited it.
        time_zone: by whose clocks it is written; a time that they show twice is the later one.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("This is no date with a time, such as 2026-11-30T18:00.") from None
    if moment.year not in _YEARS:  # not every moment of the years 1 and 9999 exists in UTC
        raise ValueError(f"The year lies between {_YEARS[0]} and {_YEARS[-1]}.")
    if known is not None and text.strip() == format_datetime(known, time_zone):
        return known
    if moment.tzinfo is None:
        local = moment
        moment = latest(local, time_zone)
        if in_zone(moment.astimezone(UTC), time_zone).replace(tzinfo=None) != local:
            raise ValueError(f"The clocks in {time_zone} go forward then and skip this time.")
    moment = moment.astimezone(UTC)
    return known if known is not None and known.replace(microsecond=0) == moment else moment


def format_datetime(moment: datetime | None, time_zone: str = DEFAULT_TIME_ZONE) -> str:
    """Return a date and time as a field of the type datetime-local holds it; "" for None."""
    if moment is None:
        return ""
    return in_zone(moment, time_zone).strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")
