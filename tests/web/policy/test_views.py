"""Policy and extensions: seen before they are set, set in one go, and written down."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from records.courses import extensions
from records.courses.models import Assignment, Membership, Role
from records.courses.policy import policy_for
from records.database.audit import AuditEntry
from records.people.models import Person
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import counted, queries

TERMS = {
    "position": "3",
    "opens_at": "",
    "due_at": "",
    "late_percent_per_day": "0",
    "attempts": "0",
    "active_rule": "best",
    "visibility": "visible",
}


def page(portal: Portal) -> str:
    return f"{portal.page}/policy"


def confirmed(browser: Browser, path: str, form: dict[str, str]):  # type: ignore[no-untyped-def]
    """Send a form, and confirm what it shows."""
    shown = browser.post(path, form)
    assert shown.status_code == 200, shown.text
    seen = shown.text.rpartition('name="confirmed" value="')[2].partition('"')[0]
    return browser.post(path, {**form, "confirmed": seen}, follow_redirects=True)


def held(portal: Portal) -> Assignment:
    with portal.database.read() as session:
        return session.get_one(Assignment, portal.assignment_id)


def entries(portal: Portal) -> list[AuditEntry]:
    with portal.database.read() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def section(portal: Portal, name: str, *people: str) -> None:
    with portal.database.write() as session:
        for person_id in people:
            session.get_one(Membership, (portal.course_id, person_id)).section = name


@pytest.mark.parametrize(
    ("role", "may"), [("student", False), ("grader", False), ("instructor", True), ("admin", True)]
)
def test_who_sets_policy(portal: Portal, role: Role, may: bool) -> None:
    browser = portal.logged_in("Somebody", role)
    assert (browser.get(page(portal)).status_code == 200) == may
    assert (browser.post(page(portal), TERMS).status_code == 200) == may
    assert (browser.post(f"{page(portal)}/extensions").status_code == 422) == may
    assert (browser.post(f"{page(portal)}/extensions/withdraw").status_code == 303) == may


def test_nothing_changes_before_it_is_confirmed(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    form = {**TERMS, "due_at": "2030-11-30T18:00:00.000Z", "attempts": "5", "results_unreleased": "1", "released": "1"}
    shown = browser.post(page(portal), form).text
    assert "Nothing has been changed yet." in shown
    assert (held(portal).due_at, held(portal).attempts, entries(portal)) == (None, 0, [])
    assert "The new policy holds from now on." in confirmed(browser, page(portal), form).text
    after = held(portal)
    assert after.due_at == datetime(2030, 11, 30, 18, tzinfo=UTC)
    assert (after.attempts, after.results_unreleased, after.position) == (5, True, 3)
    assert after.published_at is not None
    [entry] = entries(portal)
    assert (entry.action, entry.course_id) == ("change policy", portal.course_id)
    assert entry.before["attempts"] == 0
    assert entry.after["attempts"] == 5
    assert "active_rule" not in entry.after


def test_the_preview_shows_the_final_score_of_each_submission_before_and_after(portal: Portal) -> None:
    ada = portal.logged_in("Ada<b>")
    ticket = portal.graded(ada, passed(points=4.0, max_points=4.0))
    due = portal.now() - timedelta(hours=30)
    portal.graded(ada, passed(points=1.0, max_points=4.0))
    form = {**TERMS, "due_at": due.strftime("%Y-%m-%dT%H:%M"), "late_percent_per_day": "10", "attempts": "1"}
    shown = portal.logged_in("Ines", "instructor").post(page(portal), form).text
    assert "2 submissions change in lateness or final score." in shown
    assert "The grade of 1 student falls." in shown
    assert "1 has used more attempts than there would be" in " ".join(shown.split())
    assert f"/submissions/{ticket['submission']}" in shown
    assert "(20 % off)" in shown
    assert "3.2" in shown
    assert "Ada&lt;b&gt;" in shown


def test_terms_that_somebody_else_changed_meanwhile_are_shown_once_more(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    form = {**TERMS, "attempts": "5"}
    shown = browser.post(page(portal), form).text
    seen = shown.rpartition('name="confirmed" value="')[2].partition('"')[0]
    portal.set(attempts=7)
    answer = browser.post(page(portal), {**form, "confirmed": seen})
    assert "Somebody changed the policy" in answer.text
    assert held(portal).attempts == 7


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due_at": "yesterday"}, "This is no date with a time"),
        ({"due_at": "0001-01-01T00:00"}, "The year lies between 2000 and 2100."),
        ({"due_at": "0001-01-01T00:00+10:00"}, "The year lies between 2000 and 2100."),
        ({"opens_at": "9999-12-31T23:59-10:00"}, "The year lies between 2000 and 2100."),
        ({"opens_at": "2030-02-01T00:00", "due_at": "2030-01-01T00:00"}, "It would be due before it opens."),
        ({"attempts": "-1"}, "This is a whole number from 0 to 10,000."),
        ({"attempts": "99999999999999"}, "This is a whole number from 0 to 10,000."),
        ({"late_percent_per_day": "nan"}, "This is a number from 0 to 100."),
        ({"late_percent_per_day": "<b>"}, "This is a number from 0 to 100."),
        ({"active_rule": "worst"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_set_is_said_beside_what_was_typed(portal: Portal, changed: dict[str, str], said: str) -> None:
    answer = portal.logged_in("Ines", "instructor").post(page(portal), {**TERMS, "position": "42", **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="42"' in answer.text
    assert entries(portal) == []


def test_an_assignment_without_a_version_stays_hidden(portal: Portal) -> None:
    portal.set(version_hash=None, visibility="hidden")
    answer = portal.logged_in("Ines", "instructor").post(page(portal), TERMS)
    assert "Publish a version first" in answer.text


def test_a_due_date_that_nobody_touched_is_kept_to_the_microsecond(portal: Portal) -> None:
    due = datetime(2030, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)
    portal.set(due_at=due, position=3)
    browser = portal.logged_in("Ines", "instructor")
    assert 'value="2030-01-01T23:59:59"' in browser.get(page(portal)).text
    assert (
        "Nobody: this policy is in force already."
        in browser.post(page(portal), {**TERMS, "due_at": "2030-01-01T23:59:59"}).text
    )


def test_a_section_is_extended_and_a_student_taken_out_again(portal: Portal) -> None:
    portal.set(due_at=portal.now() - timedelta(days=2), attempts=3)
    ada, ben = portal.logged_in("Ada"), portal.person("Ben")
    with portal.database.read() as session:
        ada_id = session.scalars(select(Person.id).where(Person.name == "Ada")).one()
    section(portal, "Mon & Tue", ada_id, ben)
    chen = portal.person("Chen")
    assert portal.submit(ada).status_code == 409
    browser = portal.logged_in("Ines", "instructor")
    form = {
        "who": "section:Mon & Tue",
        "extended_due_at": "2030-01-01T00:00Z",
        "extended_attempts": "",
        "reason": "Ill.",
    }
    shown = browser.post(f"{page(portal)}/extensions", form).text
    assert "2 students" in shown
    assert "Ada, Ben" in shown
    assert "The extension holds for 2 students." in confirmed(browser, f"{page(portal)}/extensions", form).text
    assert portal.submit(ada).status_code == 201
    with portal.database.read() as session:
        found = session.get_one(Assignment, portal.assignment_id)
        assert policy_for(session, ada_id, found).due_at == datetime(2030, 1, 1, tzinfo=UTC)
        assert policy_for(session, ada_id, found).attempts == 3
        assert policy_for(session, chen, found).due_at == found.due_at

    portal.set(late_percent_per_day=10.0)
    withdrawing = f"{page(portal)}/extensions/withdraw"
    assert "Say why it is withdrawn" in browser.post(withdrawing, {"person": ada_id}).text
    form = {"person": ada_id, "reason": "Well again."}
    shown = browser.post(withdrawing, form).text
    assert "1 submission changes in lateness or final score" in shown
    assert "Ada" in shown
    assert [entry.action for entry in entries(portal)] == ["extend", "extend"]
    assert "The extension was withdrawn." in confirmed(browser, withdrawing, form).text
    assert "There was no such extension any more." in browser.post(withdrawing, form, follow_redirects=True).text
    assert [entry.action for entry in entries(portal)] == ["extend", "extend", "withdraw extension"]
    assert [entry.reason for entry in entries(portal)] == ["Ill.", "Ill.", "Well again."]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"who": ""}, "Choose a student or a section."),
        ({"who": "person:nobody"}, "Choose a student or a section."),
        ({"reason": " "}, "Say why"),
        ({"extended_due_at": ""}, "Give another due date"),
        ({"extended_attempts": "many"}, "This is a whole number"),
    ],
)
def test_an_extension_that_cannot_be_granted_is_said_so(portal: Portal, changed: dict[str, str], said: str) -> None:
    person_id = portal.person("Ada")
    form = {"who": f"person:{person_id}", "extended_due_at": "2030-01-01T00:00", "reason": "My words."} | changed
    answer = portal.logged_in("Ines", "instructor").post(f"{page(portal)}/extensions", form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "reason" in changed or "My words." in answer.text


def test_staff_and_people_of_other_courses_are_not_extended(portal: Portal) -> None:
    grader = portal.person("Grete", "grader")
    outsider = portal.person("Otto", None)
    browser = portal.logged_in("Ines", "instructor")
    for person_id in (grader, outsider):
        form = {"who": f"person:{person_id}", "extended_due_at": "2030-01-01T00:00", "reason": "x"}
        assert browser.post(f"{page(portal)}/extensions", form).status_code == 422


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_students(portal: Portal) -> None:
    database = portal.app.extensions["gradeloop"].database
    browser = portal.logged_in("Ines", "instructor")
    me = portal.person("Ada")

    def extend(person_id: str) -> None:
        with portal.database.write() as session:
            found = session.get_one(Assignment, portal.assignment_id)
            extensions.grant_extension(session, found, [person_id], due_at=None, attempts=9, reason="x", granted_by=me)

    extend(me)
    few = len(queries(browser, database, page(portal)))
    for number in range(5):
        extend(portal.person(f"Student{number}"))
    assert len(queries(browser, database, page(portal))) <= few


@pytest.mark.both_databases
def test_the_number_of_queries_of_a_preview_does_not_grow_with_whom_it_affects(portal: Portal) -> None:
    database = portal.app.extensions["gradeloop"].database
    ines, ada = portal.logged_in("Ines", "instructor"), portal.logged_in("Ada")
    form = {**TERMS, "active_rule": "last", "attempts": "3", "csrf_token": ines.token()}

    def asked() -> int:
        with counted(database) as statements:
            assert ines.client.post(page(portal), data=form).status_code == 200
        return len(statements)

    portal.graded(ada, passed())
    asked()
    few = asked()
    for browser in (ada, *(portal.logged_in(f"Student{number}") for number in range(4))):
        portal.graded(browser, passed())
    assert asked() <= few
