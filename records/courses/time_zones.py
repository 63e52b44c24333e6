"""Time zones of courses: IANA names, and days of lateness that are calendar days in them."""

from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_TIME_ZONE: Final = "UTC"
_DAY: Final = timedelta(days=1)
_OF_THE_HOST: Final = frozenset({"Factory", "localtime", "posixrules"})


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of all time zones, sorted."""
    return tuple(sorted(available_timezones() - _OF_THE_HOST))


def check_time_zone(name: str) -> None:
    """Check the name of a time zone.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in time_zones():
        raise ValueError("There is no such time zone. Take an IANA name, such as Europe/Berlin.")


def latest(local: datetime, time_zone: str) -> datetime:
    """Return the moment of a time on the clocks of a time zone: the later one where clocks show it twice or skip it."""
    zone = ZoneInfo(time_zone)
    return max((local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=datetime.timestamp)


def days_late(due_at: datetime, at: datetime, time_zone: str) -> int:
    """Return how many days have begun between a due date and a later moment.

    A day ends when the clocks of the time zone show the time of day of the due date again, whether it had 23, 24 or 25
    hours.
    """
    due = due_at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    days = max(1, (at - due_at) // _DAY - 1)
    while latest(due + days * _DAY, time_zone) < at:
        days += 1
    return days
