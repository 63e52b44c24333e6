"""A course's time zone is set on its page, and its dates are entered and shown in it."""

from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import select

from records.courses.models import Assignment, Course
from records.database.audit import AuditEntry
from tests.web.policy.test_views import TERMS, confirmed
from tests.web.portal import Browser, Portal

SETTINGS = "/courses/ml/settings"
POLICY = "/courses/ml/assignments/double/policy"


@pytest.fixture
def ines(portal: Portal) -> Browser:
    return portal.logged_in("Ines", "instructor")


def due_at(portal: Portal) -> datetime | None:
    with portal.database.read() as session:
        return session.get_one(Assignment, portal.assignment_id).due_at


def test_the_time_zone_is_changed_and_in_the_audit_log(portal: Portal, ines: Browser) -> None:
    assert ines.post(SETTINGS, {"time_zone": " Europe/Berlin "}).status_code == 303
    assert 'value="Europe/Berlin"' in ines.get(SETTINGS).text
    ines.post(SETTINGS, {"time_zone": "Europe/Berlin"})
    with portal.database.read() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "change course"))
    assert (entry.before, entry.after) == ({"time_zone": "UTC"}, {"time_zone": "Europe/Berlin"})


@pytest.mark.parametrize("name", ["", "Berlin", "../../etc/passwd", "localtime", "CET+1", "<b>", "\0"])
def test_what_is_no_time_zone_is_refused(portal: Portal, ines: Browser, name: str) -> None:
    answer = ines.post(SETTINGS, {"time_zone": name})
    assert answer.status_code == 422
    assert "There is no such time zone." in answer.text
    with portal.database.read() as session:
        assert session.get_one(Course, portal.course_id).time_zone == "UTC"


def test_the_rule_for_late_days_is_on_the_forms(ines: Browser) -> None:
    assert "also when they go back or forward" in ines.get(SETTINGS).text
    assert "clocks in UTC show the time of day of the due date again" in ines.get(POLICY).text


def test_a_due_date_is_entered_and_shown_in_the_time_zone(portal: Portal, ines: Browser) -> None:
    ines.post(SETTINGS, {"time_zone": "Europe/Berlin"})
    confirmed(ines, POLICY, {**TERMS, "due_at": "2030-07-01T18:00"})
    assert due_at(portal) == datetime(2030, 7, 1, 16, tzinfo=UTC)
    assert 'value="2030-07-01T18:00"' in ines.get(POLICY).text
    ada = portal.logged_in("Ada")
    for page in ("/courses/ml", portal.page):
        assert "1 Jul 2030, 18:00 Europe/Berlin" in ada.get(page).text


@pytest.mark.parametrize(
    ("known", "typed", "moment"),
    [
        (None, "2030-10-27T02:30", datetime(2030, 10, 27, 1, 30, tzinfo=UTC)),  # the later one of two
        (datetime(2030, 10, 27, 0, 30, tzinfo=UTC), "2030-10-27T02:30", datetime(2030, 10, 27, 0, 30, tzinfo=UTC)),
    ],
    ids=["typed anew", "not touched"],
)
def test_a_time_that_clocks_show_twice(
    portal: Portal, ines: Browser, known: datetime | None, typed: str, moment: datetime
) -> None:
    ines.post(SETTINGS, {"time_zone": "Europe/Berlin"})
    portal.set(due_at=known)
    confirmed(ines, POLICY, {**TERMS, "due_at": typed, "attempts": "5"})
    assert due_at(portal) == moment


def test_a_time_that_clocks_skip_is_refused(ines: Browser) -> None:
    ines.post(SETTINGS, {"time_zone": "Europe/Berlin"})
    answer = ines.post(POLICY, {**TERMS, "due_at": "2030-03-31T02:30"})
    assert answer.status_code == 422
    assert "The clocks in Europe/Berlin go forward then and skip this time." in unescape(answer.text)
