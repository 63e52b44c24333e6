"""A policy says when an assignment is open and what lateness costs; an extension changes it for one student."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from records.courses.policy import Policies, Policy
from tests.records.samples import MOMENT

HOUR = timedelta(hours=1)


def policy(**values: object) -> Policy:
    fields = {"opens_at": None, "due_at": None, "attempts": 0, "late_percent_per_day": 0.0, "active_rule": "best"}
    return Policy(**fields | {"published_at": None, "results_unreleased": False} | values)  # type: ignore[arg-type]


def test_an_assignment_is_open_from_its_opening_on() -> None:
    assert policy().is_open_at(MOMENT)
    assert policy(opens_at=MOMENT).is_open_at(MOMENT)
    assert not policy(opens_at=MOMENT + HOUR).is_open_at(MOMENT)


@pytest.mark.parametrize(
    ("hours", "percent"),
    [(-1, 0.0), (0, 0.0), (1, 40.0), (24, 40.0), (25, 80.0), (48, 80.0), (49, 100.0), (999, 100.0)],
)
def test_each_day_begun_after_the_due_date_costs_points_until_none_are_left(hours: int, percent: float) -> None:
    due = policy(due_at=MOMENT, late_percent_per_day=40.0)
    assert due.percent_off(MOMENT + hours * HOUR) == percent
    assert due.is_closed_at(MOMENT + hours * HOUR) == (percent == 100.0)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("due", "at", "days"),
    [
        ("2026-10-24T18:00", "2026-10-25T18:00", 1),  # 25 hours later: the clocks went back in between
        ("2026-10-24T18:00", "2026-10-25T18:00:01", 2),
        ("2026-10-24T18:00", "2026-10-27T18:00", 3),
        ("2026-03-28T18:00", "2026-03-29T18:00", 1),  # 23 hours later: they went forward
        ("2026-03-28T18:00", "2026-03-29T18:00:01", 2),
        ("2026-10-24T02:30", "2026-10-25T02:30", 1),
        ("2026-03-28T02:30", "2026-03-29T03:30", 1),  # 02:30 was skipped, so that the day ends an hour later
        ("2026-06-01T23:59", "2026-06-02T00:01", 1),
    ],
)
def test_a_day_late_is_a_calendar_day_of_the_course(due: str, at: str, days: int) -> None:
    """A clock that shows the time of a due date twice leaves students the later one."""
    moments = [datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=1) for text in (due, at)]
    late = policy(due_at=moments[0].astimezone(UTC), late_percent_per_day=10.0, time_zone="Europe/Berlin")
    assert late.percent_off(moments[1].astimezone(UTC)) == 10.0 * days


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"])
def test_waiting_longer_never_costs_less(zone: str) -> None:
    due = datetime(2011, 12, 28, 1, 30, tzinfo=UTC)
    late = policy(due_at=due, late_percent_per_day=1.0, time_zone=zone)
    costs = [late.percent_off(due + hours * HOUR) for hours in range(24 * 90)]
    assert costs == sorted(costs)
    assert costs[1] == 1.0


def test_without_late_work_everything_is_lost_after_the_due_date() -> None:
    due = policy(due_at=MOMENT)
    assert not due.is_closed_at(MOMENT)
    assert due.is_closed_at(MOMENT + HOUR)


def test_an_extension_replaces_only_what_it_names() -> None:
    due = policy(due_at=MOMENT, attempts=2)
    assert due.extended(MOMENT + HOUR, None) == policy(due_at=MOMENT + HOUR, attempts=2)
    assert due.extended(None, 0) == policy(due_at=MOMENT)


def test_a_student_without_an_extension_has_the_general_policy() -> None:
    general, extended = policy(), policy(attempts=3)
    policies = Policies({"task": general}, {("ada", "task"): extended})
    assert policies.of("ada", "task") is extended
    assert policies.of("ben", "task") is general
