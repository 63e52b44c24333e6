"""The audit log: readable, filtered, in pages, sent as a table, and for those who manage the course alone."""

import csv
import io
from typing import Any

import pytest

from records.courses.models import Course
from records.database.audit import AuditEntry, audit
from records.database.engine import clock
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import queries

LOG = "/courses/ml/audit"


@pytest.fixture
def ines(portal: Portal) -> Browser:
    return portal.logged_in("Ines", "instructor")


@pytest.fixture
def grete(portal: Portal) -> str:
    """The id of a grader."""
    return portal.person("Grete", "grader")


def note(portal: Portal, actor: str, action: str = "override", **values: Any) -> None:
    with portal.database.write() as session:
        entry = {"assignment_id": portal.assignment_id, "course_id": portal.course_id, **values}
        audit(session, actor=actor, action=action, **entry)


def test_an_override_is_found_with_who_what_and_why(portal: Portal, ines: Browser) -> None:
    submission = portal.graded(portal.logged_in("Ada"), passed())["submission"]
    typed = {"revision": 0, "override": "0.5", "reason": "Submitted by e-mail."}
    portal.logged_in("Grete", "grader").post(f"/submissions/{submission}/marking", typed)
    page = ines.get(LOG).text
    assert "Grete" in page
    assert "Ada at Double a vector" in page
    assert "Submitted by e-mail." in page
    assert "<ins>0.5</ins>" in page
    assert f"/submissions/{submission}/marking" in page


def test_it_is_filtered(portal: Portal, ines: Browser, grete: str) -> None:
    ada = portal.person("Ada")
    note(portal, grete, "override", reason="first")
    note(portal, grete, "extend", reason="second")
    note(portal, ada, "override", reason="third", person_id=ada, assignment_id=None)
    note(portal, grete, "withdraw", reason="fourth", person_id=ada, assignment_id=portal.assignment_id)
    today = portal.now().strftime("%Y-%m-%d")
    asked = {
        "": {"first", "second", "third", "fourth"},
        f"?person={grete}": {"first", "second", "fourth"},
        "?action=override": {"first", "third"},
        f"?person={grete}&action=override": {"first"},
        "?q=ADA": {"third", "fourth"},
        "?q=double": {"first", "second", "fourth"},
        "?q=a+VECTOR": {"first", "second", "fourth"},
        "?q=sec": {"second"},
        "?q=%25": set(),
        f"?since={today}&until={today}": {"first", "second", "third", "fourth"},
        "?since=2100-01-01": set(),
        "?until=2000-01-01": set(),
    }
    assert "Ada at Double a vector" in ines.get(LOG).text
    for query, found in asked.items():
        page = ines.get(LOG + query).text
        assert {reason for reason in ("first", "second", "third", "fourth") if f"“{reason}”" in page} == found, query


def test_a_day_that_is_none_is_told_so(ines: Browser) -> None:
    for asked, day in (("since", "yesterday"), ("until", "9999-12-31")):
        answer = ines.get(f"{LOG}?{asked}={day}")
        assert answer.status_code == 422
        assert f"{day} is not a day" in answer.text
        assert ines.get(f"{LOG}/export?{asked}={day}").status_code == 200


def test_it_has_pages(portal: Portal, ines: Browser, grete: str) -> None:
    for number in range(60):
        note(portal, grete, reason=f"number {number:02}")
    page = ines.get(LOG).text
    assert "number 59" in page
    assert "number 09" not in page
    older = page.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    rest = ines.get(older).text
    assert "number 09" in rest
    assert "number 10" not in rest


def test_another_courses_entries_are_not_shown(portal: Portal, ines: Browser, grete: str) -> None:
    with portal.database.write() as session:
        other = Course(slug="other", title="Another")
        session.add(other)
        session.flush()
        audit(session, actor=grete, action="override", course_id=other.id, reason="theirs")
        audit(session, actor="scheduler", action="sweep", reason="nobody's")
    page = ines.get(LOG).text
    assert "theirs" not in page
    assert "nobody" not in page


@pytest.mark.parametrize(("role", "status"), [("student", 404), ("grader", 404), (None, 404), ("admin", 200)])
def test_it_is_for_those_who_manage(portal: Portal, role: Any, status: int) -> None:
    browser = portal.logged_in("Somebody", role)
    assert browser.get(LOG).status_code == status
    assert browser.get(f"{LOG}/export").status_code == status


def test_it_is_sent_as_a_table_without_formulas(portal: Portal, ines: Browser, grete: str) -> None:
    note(portal, grete, reason="=1+1", before={"due": None}, after={"due": "2026-09-30", "attempts": 3.0})
    note(portal, grete, "extend")
    heading, row = csv.reader(io.StringIO(ines.get(f"{LOG}/export?action=override").data.decode("utf-8-sig")))
    told = dict(zip(heading, row, strict=True))
    assert (told["Who"], told["What"], told["Subject"]) == ("Grete", "override", "Double a vector")
    assert told["Reason"] == "'=1+1"
    assert told["After"] == "due: 2026-09-30; attempts: 3"


def test_all_of_it_is_sent_however_long_it_is(portal: Portal, ines: Browser, grete: str) -> None:
    with portal.database.write() as session:
        at = {"at": clock(session), "course_id": portal.course_id, "actor": grete}
        session.add_all(AuditEntry(action="extend", reason=str(number), **at) for number in range(2_500))
    answer = ines.get(f"{LOG}/export")
    assert answer.is_streamed
    _, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert [row[4] for row in rows] == [str(number) for number in reversed(range(2_500))]


def test_whatever_was_written_down_is_shown_as_text(portal: Portal, ines: Browser, grete: str) -> None:
    thing = portal.person("<i>thing</i>")
    note(
        portal,
        grete,
        "<b>act</b>",
        person_id=thing,
        assignment_id=None,
        reason="<script>",
        after=["<u>", {"a": None}, 1.5, True],
    )
    note(portal, "the sweeper", after="just text")
    page = ines.get(LOG)
    assert page.status_code == 200
    for tag in ("<b>act", "<i>thing", "<script>“", "<u>"):
        assert tag not in page.text
    assert "the sweeper" in page.text


def test_joining_roles_and_rosters_are_on_it(portal: Portal) -> None:
    admin = portal.logged_in("Amir", "admin")
    admin.post("/courses/ml/people/code", {})
    ada = portal.person("Ada")
    admin.post(f"/courses/ml/people/{ada}/role", {"role": "grader"})
    roster = {"text": "email,name\nzoe@example.org,Zoe\n", "confirmed": "1"}
    admin.post("/courses/ml/people/import", roster)
    page = admin.get(LOG).text
    for action in ("change code", "change role", "import roster"):
        assert f"<td>{action}</td>" in page
    assert '<th scope="row">Ada' in page


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, ines: Browser, grete: str) -> None:
    database = portal.app.extensions["gradeloop"].database
    submission = portal.graded(portal.logged_in("Ada"), passed())["submission"]
    note(portal, grete)
    note(portal, grete, submission_id=submission, assignment_id=None)
    few = queries(ines, database, LOG)
    for number in range(4):
        theirs = portal.graded(portal.logged_in(f"Student{number}"), passed())["submission"]
        note(portal, portal.person(f"Grader{number}", "grader"), submission_id=theirs, assignment_id=None)
    assert len(queries(ines, database, LOG)) <= len(few)
