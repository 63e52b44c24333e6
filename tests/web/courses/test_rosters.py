"""What a roster does not say stays as it is, and nobody leaves or comes back without being shown before."""

import re

import pytest
from sqlalchemy import select

from records.courses.models import Membership, Role
from records.database.audit import AuditEntry
from records.people.models import Person
from tests.web.courses.test_people import confirm, emails, upload
from tests.web.portal import Browser, Portal
from web.courses.roster_file import read_roster


@pytest.fixture
def ines(portal: Portal) -> Browser:
    return portal.logged_in("Ines", "instructor")


def put(portal: Portal, name: str, role: Role, section: str, *, withdrawn: bool = False) -> str:
    """Make somebody with a place in the course."""
    person_id = portal.person(name, role)
    with portal.database.write() as session:
        membership = session.get_one(Membership, (portal.course_id, person_id))
        membership.section = section
        membership.withdrawn_at = membership.created_at if withdrawn else None
    return person_id


def withdrawn(portal: Portal) -> set[str]:
    with portal.database.read() as session:
        gone = select(Person.name).join(Membership).where(Membership.withdrawn_at.is_not(None))
        return set(session.scalars(gone))


def test_absent_columns_keep_sections_and_roles(portal: Portal, ines: Browser) -> None:
    put(portal, "Ada", "student", "Monday")
    put(portal, "Grete", "grader", "Friday")
    text = "Name,Email\nAda,ada@example.org\nGrete,grete@example.org\n"
    assert "Nothing changes (2)" in upload(ines, text).text
    assert "0 invited, 0 enrolled, 0 changed." in confirm(ines, text).text
    assert emails(portal)["ada@example.org"] == ("student", "Monday")
    assert emails(portal)["grete@example.org"] == ("grader", "Friday")


@pytest.mark.parametrize(
    ("heading", "cell", "now"),
    [
        ("section", "Tuesday", ("grader", "Tuesday")),
        ("section", "", ("grader", "")),
        ("role", "", ("grader", "Friday")),
    ],
    ids=["another section", "no section", "an empty role"],
)
def test_a_column_changes_what_it_says_and_nothing_else(
    portal: Portal, ines: Browser, heading: str, cell: str, now: tuple[str, str]
) -> None:
    put(portal, "Grete", "grader", "Friday")
    confirm(ines, f"email,name,{heading}\ngrete@example.org,Grete,{cell}\n")
    assert emails(portal)["grete@example.org"] == now


def test_a_file_of_addresses_alone_is_taken_where_everybody_is_known(portal: Portal, ines: Browser) -> None:
    put(portal, "Ada", "student", "Monday")
    assert "Nothing changes (1)" in upload(ines, "email\nada@example.org\n").text
    for ask in (upload, confirm):
        answer = ask(ines, "email\nada@example.org\nzoe@example.org\n")
        assert answer.status_code == 422
    refused = upload(ines, "email\nada@example.org\nzoe@example.org\n").text
    assert "Row 3: zoe@example.org has no account yet, so a name is needed." in refused
    assert "zoe@example.org" not in emails(portal)


def test_a_first_name_alone_is_no_name() -> None:
    assert "both first name and last name" in read_roster(b"email,first name\na@example.org,A\n").errors[0]


def test_the_preview_shows_before_and_after(portal: Portal, ines: Browser) -> None:
    put(portal, "Ada", "student", "Monday")
    page = upload(ines, "email,name,section,role\nada@example.org,Ada,Friday,grader\n").text
    shown = re.sub(r"<[^>]+>|\s+", " ", page.partition("will change (1)")[2])
    shown = " ".join(shown.split())
    assert "Monday → becomes Friday" in shown
    assert "student → becomes grader" in shown


def test_students_who_are_not_in_the_file_stay_unless_it_is_chosen(portal: Portal, ines: Browser) -> None:
    put(portal, "Ada", "student", "")
    ben = put(portal, "Ben", "student", "Monday")
    put(portal, "Grete", "grader", "")
    text = "email,name\nada@example.org,Ada\n"
    page = upload(ines, text).text
    listed = page.partition("Enrolled, but not in the file (1)")[2]
    assert "ben@example.org" in listed
    assert "grete@example.org" not in listed
    shown = re.search(r'name="shown_missing" value="([^"]*)"', page)
    assert shown
    assert shown[1] == ben

    confirm(ines, text)
    assert withdrawn(portal) == set()
    sent = {"text": text, "confirmed": "1", "shown_missing": shown[1], "missing": "withdraw"}
    assert "1 withdrawn." in ines.post("/courses/ml/people/import", sent).text
    assert withdrawn(portal) == {"Ben"}


def test_only_students_whom_the_preview_listed_are_withdrawn(portal: Portal, ines: Browser) -> None:
    ada, ben = put(portal, "Ada", "student", ""), put(portal, "Ben", "student", "")
    grete = put(portal, "Grete", "grader", "")
    sent = {"text": "email,name\nada@example.org,Ada\n", "confirmed": "1", "missing": "withdraw"}
    ines.post("/courses/ml/people/import", {**sent, "shown_missing": f"{ada} {grete} nobody"})
    assert withdrawn(portal) == set()
    ines.post("/courses/ml/people/import", {**sent, "shown_missing": ben})
    assert withdrawn(portal) == {"Ben"}


def test_whoever_is_in_the_file_is_enrolled_again_and_the_log_names_who_came_and_went(
    portal: Portal, ines: Browser
) -> None:
    ada = put(portal, "Ada", "student", "Monday", withdrawn=True)
    ben = put(portal, "Ben", "student", "")
    text = "email,name\nada@example.org,Ada\n"
    preview = re.sub(r"<[^>]+>", " ", upload(ines, text).text)
    assert "withdrawn → becomes enrolled" in " ".join(preview.split())
    sent = {"text": text, "confirmed": "1", "shown_missing": ben, "missing": "withdraw"}
    ines.post("/courses/ml/people/import", sent)
    assert withdrawn(portal) == {"Ben"}
    assert emails(portal)["ada@example.org"] == ("student", "Monday")
    with portal.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.reason == "by a roster")).all()
    assert {(one.action, one.person_id) for one in entries} == {("reinstate", ada), ("withdraw", ben)}


def test_a_roster_brings_an_instructor_back_only_by_an_admin(portal: Portal, ines: Browser) -> None:
    put(portal, "Eve", "instructor", "", withdrawn=True)
    text = "email,name\neve@example.org,Eve\n"
    assert "eve@example.org is instructor here" in upload(ines, text).text
    assert confirm(ines, text).status_code == 403
    assert withdrawn(portal) == {"Eve"}
    confirm(portal.logged_in("Amir", "admin"), text)
    assert withdrawn(portal) == set()
