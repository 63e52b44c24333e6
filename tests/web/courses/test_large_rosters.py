"""Rosters of a whole university: taken in at once, told what is wrong by rows, and shown in pages."""

import pytest

from records.courses.models import Membership
from records.database.audit import AuditEntry
from records.people.models import Person
from tests.web.portal import Portal
from tests.web.test_queries import counted
from web.courses.roster import read_roster

ROWS = 30_000
IMPORT = "/courses/ml/people/import"


def roster(count: int, **changed: str) -> str:
    rows = [f"s{number}@example.org,Student {number},Section {number % 40}" for number in range(count)]
    for number, row in changed.items():
        rows[int(number.removeprefix("row"))] = row
    return "email,name,section\n" + "\n".join(rows) + "\n"


def test_thirty_thousand_are_taken_in_with_few_statements(portal: Portal) -> None:
    database = portal.app.extensions["gradeloop"].database
    ines = portal.logged_in("Ines", "instructor")
    form = {"text": roster(ROWS)}
    assert f"New: will be invited ({ROWS})" in ines.post(IMPORT, form).text
    with counted(database) as statements:
        answer = ines.post(IMPORT, form | {"confirmed": "1"})
    assert f"{ROWS} invited" in answer.text
    assert answer.text.count("/invitations/") == ROWS
    assert len(statements) < 200  # each of many rows
    with portal.database.read() as session:
        assert session.query(Membership).filter_by(role="student").count() == ROWS
    page = ines.get("/courses/ml/people").text
    assert page.count("@example.org") <= 200
    assert f"{ROWS + 1} in this course" in page
    assert "Student 29999<" in ines.get("/courses/ml/people?q=student+29999").text


def test_one_row_that_is_wrong_keeps_all_out(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    text = roster(1000, row500="S7@Example.org,Somebody else,Section 1", row900="s900,Student 900,Section 1")
    answer = ines.post(IMPORT, {"text": text, "confirmed": "1"})
    assert answer.status_code == 422
    assert "Row 502: s7@example.org is in row 9 already." in answer.text
    assert "Row 902: s900 is no e-mail address." in answer.text
    with portal.database.read() as session:
        assert session.query(Person).count() == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32", "utf-16-be"])
def test_text_of_wide_characters_without_a_mark_is_told_so(encoding: str) -> None:
    found = read_roster(roster(3).encode(encoding))
    assert not found.lines
    assert found.errors


def test_a_roster_whose_every_row_is_wrong_is_told_in_short(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    text = "email,name\n" + "same@example.org,Somebody\n" * ROWS
    answer = ines.post(IMPORT, {"text": text})
    assert answer.status_code == 422
    assert "Row 3: same@example.org is in row 2 already." in answer.text
    assert f"and {ROWS - 51} more" in answer.text


def test_a_roster_does_not_lower_those_above_whoever_brings_it(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    portal.person("Amir", "admin")
    grete = portal.person("Grete", "grader")
    text = "email,name,role\namir@example.org,Amir,student\n"
    answer = ines.post(IMPORT, {"text": text})
    assert answer.status_code == 422
    assert "amir@example.org is admin here" in answer.text
    assert ines.post(IMPORT, {"text": text, "confirmed": "1"}).status_code == 403
    ines.post(IMPORT, {"text": "email,name,role\ngrete@example.org,Grete,student\n", "confirmed": "1"})
    with portal.database.read() as session:
        roles = {one.person.name: one.role for one in session.query(Membership)}
        [entry] = session.query(AuditEntry).filter_by(action="change role")
    assert roles == {"Ines": "instructor", "Amir": "admin", "Grete": "student"}
    assert (entry.person_id, entry.before, entry.after) == (grete, {"role": "grader"}, {"role": "student"})
