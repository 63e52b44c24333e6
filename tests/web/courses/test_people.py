"""The people of a course: who sees and changes them, the code for joining, and rosters taken in row by row."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from records.courses.models import Membership, Role
from records.database.audit import AuditEntry
from records.people.models import Person
from tests.services.postgres import ON_POSTGRESQL
from tests.web.portal import Browser, Portal
from web.courses.roster_file import MAX_ROSTER_ROWS, read_roster

ROSTER = "name,email,section\nZoë Novak,zoe@example.org,Monday\nBen,ben@example.org,Friday\nAda,ada@example.org,\n"


def upload(browser: Browser, text: str | bytes, **fields: str):  # type: ignore[no-untyped-def]
    data = text.encode() if isinstance(text, str) else text
    return browser.post("/courses/ml/people/import", {"roster": (io.BytesIO(data), "roster.csv"), **fields})


def confirm(browser: Browser, text: str):  # type: ignore[no-untyped-def]
    return browser.post("/courses/ml/people/import", {"text": text, "confirmed": "1"})


def emails(portal: Portal) -> dict[str, tuple[str, str]]:
    with portal.database.read() as session:
        found = session.scalars(select(Membership)).all()
        return {one.person.email: (one.role, one.section) for one in found}


@pytest.mark.parametrize(("role", "sees", "changes"), [
    ("student", False, False), ("grader", True, False), ("instructor", True, True), ("admin", True, True),
])  # fmt: skip
def test_who_sees_and_who_changes_the_people(portal: Portal, role: Role, sees: bool, changes: bool) -> None:
    browser = portal.logged_in("Somebody", role)
    assert (browser.get("/courses/ml/people").status_code == 200) == sees
    assert (browser.get("/courses/ml/people/import").status_code == 200) == changes
    assert (upload(browser, ROSTER).status_code == 200) == changes
    assert (browser.post("/courses/ml/people/code").status_code == 303) == changes


def test_a_roster_changes_nothing_before_it_is_confirmed(portal: Portal) -> None:
    portal.person("Ben", None)
    portal.person("Ada")
    browser = portal.logged_in("Ines", "instructor")
    before = emails(portal)
    page = upload(browser, ROSTER).text
    assert "New: will be invited (1)" in page
    assert "Known here: will be enrolled (1)" in page
    assert "Nothing changes (1)" in page
    assert emails(portal) == before

    page = confirm(browser, ROSTER).text
    assert "1 invited, 1 enrolled, 0 changed." in page
    assert "/invitations/" in page
    assert emails(portal)["zoe@example.org"] == ("student", "Monday")
    assert emails(portal)["ben@example.org"] == ("student", "Friday")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_name_is_kept_as_the_preview_shows_it_in_whatever_encoding_it_came(portal: Portal, encoding: str) -> None:
    browser = portal.logged_in("Ines", "instructor")
    page = upload(browser, "name;email\nJörg Müller;joerg@example.org\n".encode(encoding)).text
    assert "<td>Jörg Müller</td>" in page
    kept = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert kept
    assert "1 invited" in confirm(browser, unescape(kept[1])).text
    with portal.database.read() as session:
        named = select(Person.name).where(Person.email == "joerg@example.org")
        assert session.scalars(named).one() == "Jörg Müller"


@ON_POSTGRESQL
def test_somebody_of_a_roster_who_gets_an_account_in_this_moment_is_enrolled(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    zoe = Person(email="zoe@example.org", name="Zoë, of another roster")
    portal.just_before("INSERT INTO people", lambda session: session.add(zoe))
    page = confirm(browser, ROSTER).text
    assert "2 invited, 1 enrolled, 0 changed." in page
    assert page.count("/invitations/") == 2
    assert emails(portal)["zoe@example.org"] == ("student", "Monday")


def test_a_roster_with_mistakes_is_taken_in_not_at_all_and_each_is_named_by_its_row(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    text = "email,name\nzoe@example.org,Zoë\nnobody,Ben\n,Ada\nzoe@example.org,Zoë again\nx@example.org,\n"
    answer = upload(browser, text, confirmed="1")
    assert answer.status_code == 422
    for sentence in (
        "Row 3: nobody is not an e-mail address.",
        "Row 4: there is not an e-mail address.",
        "Row 5: zoe@example.org is in row 2 already.",
        "Row 6: there is no name.",
    ):
        assert sentence in answer.text
    assert "zoe@example.org" not in emails(portal)


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_only_an_admin_makes_somebody_more_than_a_grader(portal: Portal, role: Role) -> None:
    browser = portal.logged_in("Ines", role)
    answer = upload(browser, "email,name,role\neve@example.org,Eve,admin\n")
    assert answer.status_code == (200 if role == "admin" else 422)
    assert ("Row 2: only an admin" in answer.text) == (role != "admin")
    eve = portal.person("Eve")
    for given, status in (("grader", 303), ("instructor", 303 if role == "admin" else 403), ("king", 403)):
        assert browser.post(f"/courses/ml/people/{eve}/role", {"role": given}).status_code == status


def test_nobody_changes_their_own_role(portal: Portal) -> None:
    me = portal.person("Amir", "admin")
    browser = portal.browser()
    browser.log_in("amir@example.org")
    browser.post(f"/courses/ml/people/{me}/role", {"role": "student"})
    confirm(browser, "email,name,role\namir@example.org,Amir,student\n")
    assert emails(portal)["amir@example.org"][0] == "admin"


def test_a_new_code_makes_the_old_one_worthless(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    browser.post("/courses/ml/people/code")
    eve = portal.logged_in("Eve", role=None)
    assert eve.post("/join", {"code": "ABCDEFGHJK"}).status_code == 422
    browser.post("/courses/ml/people/code", {"close": "1"})
    assert eve.post("/join", {"code": "None"}).status_code == 422
    assert eve.post("/join", {"code": ""}).status_code == 422


def test_who_changed_whom_is_on_the_audit_log(portal: Portal) -> None:
    eve = portal.person("Eve")
    portal.logged_in("Ines", "instructor").post(f"/courses/ml/people/{eve}/role", {"role": "grader"})
    with portal.database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after) == ("change role", {"role": "student"}, {"role": "grader"})


def test_whoever_a_roster_makes_more_than_a_student_is_on_the_audit_log_by_name(portal: Portal) -> None:
    ben, ada, cleo = portal.person("Ben", None), portal.person("Ada"), portal.person("Cleo")
    text = (
        "email,name,role,section\nzoe@example.org,Zoë,instructor,\nyan@example.org,Yan,student,\n"
        "ben@example.org,Ben,grader,\nada@example.org,Ada,grader,\ncleo@example.org,Cleo,student,Monday\n"
    )
    assert confirm(portal.logged_in("Amir", "admin"), text).status_code == 200
    with portal.database.read() as session:
        zoe = session.scalars(select(Person.id).where(Person.email == "zoe@example.org")).one()
        entries = session.scalars(select(AuditEntry).where(AuditEntry.reason == "by a roster")).all()
        counts = session.scalars(select(AuditEntry).where(AuditEntry.action == "import roster")).one()
    assert {(one.action, one.person_id, one.before["role"], one.after["role"]) for one in entries} == {
        ("change role", zoe, None, "instructor"),
        ("change role", ben, None, "grader"),
        ("change role", ada, "student", "grader"),
    }
    assert len(entries) == 3
    assert cleo not in {one.person_id for one in entries}
    assert counts.after == {"new": 2, "enrolled": 1, "changed": 2}


@pytest.mark.parametrize(
    "data",
    [
        "E-Mail Address;Last Name;First Name\nzoe@example.org;Novak;Zoë\n".encode(),
        "email\tname\nzoe@example.org\tZoë Novak\n".encode("utf-16"),
        'email,name\r\n\r\nzoe@example.org,"Zoë Novak"\r\n'.encode("utf-8-sig"),
        "email,name\nzoe@example.org,Zoë Novak\n".encode("cp1252"),
    ],
    ids=["semicolons", "utf-16", "bom", "windows"],
)
def test_rosters_of_many_offices_are_read(data: bytes) -> None:
    roster = read_roster(data)
    assert roster.errors == ()
    assert [(line.email, line.name) for line in roster.entries] == [("zoe@example.org", roster.entries[0].name)]
    assert roster.entries[0].name in ("Zoë Novak",)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\0\0", "The file is not text."),
        (b"name,points\nZoe,3\n", "Row 1: the headings must have"),
        (b"email,name\n", "no people"),
        (b'email,name\n"zoe@example.org,Zoe\n', "cannot be read as a table"),
        (b"email,name\n" + b"a@b.c,x\n" * (MAX_ROSTER_ROWS + 1), "more than 50,000 rows"),
        (b"email,name,role\na@example.org,A,king\n", "Row 2: king is not a role"),
    ],
    ids=["empty", "picture", "headings", "nobody", "quote", "many", "role"],
)
def test_what_is_no_roster_is_told_so(data: bytes, error: str) -> None:
    roster = read_roster(data)
    assert not roster.entries or roster.errors
    assert error in roster.errors[0]


def test_somebody_is_withdrawn_shown_on_request_and_enrolled_again(portal: Portal) -> None:
    eve, people = portal.person("Eve"), "/courses/ml/people"
    browser = portal.logged_in("Ines", "instructor")
    answer = browser.post(f"{people}/{eve}/withdrawn", {"withdrawn": "1", "reason": "Moved away."})
    assert answer.status_code == 303
    assert "eve@example.org" not in browser.get(people).text
    assert "eve@example.org" in browser.get(f"{people}?withdrawn=1").text
    assert "Enrol again" in browser.get(f"{people}?withdrawn=1").text
    browser.post(f"{people}/{eve}/withdrawn")
    assert "eve@example.org" in browser.get(people).text


def test_only_an_admin_withdraws_an_instructor(portal: Portal) -> None:
    eve = portal.person("Eve", "instructor")
    path, data = f"/courses/ml/people/{eve}/withdrawn", {"withdrawn": "1"}
    assert portal.logged_in("Ines", "instructor").post(path, data).status_code == 403
    assert portal.logged_in("Gil", "grader").post(path, data).status_code == 404
    assert portal.logged_in("Amir", "admin").post(path, data).status_code == 303


def test_staff_who_withdrew_see_no_page_of_staff(portal: Portal) -> None:
    eve = portal.person("Eve", "admin")
    portal.logged_in("Amir", "admin").post(f"/courses/ml/people/{eve}/withdrawn", {"withdrawn": "1"})
    browser = portal.browser_of(eve)
    assert browser.get("/courses/ml").status_code == 200
    for page in ("people", "people/import", "gradebook", "audit"):
        assert browser.get(f"/courses/ml/{page}").status_code == 404
