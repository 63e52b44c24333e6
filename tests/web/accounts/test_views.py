"""Accounts: who gets in, who does not, and what is kept of a secret."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.models import Membership
from records.database.audit import AuditEntry
from records.people.accounts import invite
from records.people.models import Person, PersonalToken, hash_of_secret
from tests.services.postgres import ON_POSTGRESQL
from tests.web.portal import PASSWORD, Portal
from web import create_app


def test_nobody_gets_further_than_the_door(portal: Portal) -> None:
    answer = portal.browser().get("/courses/ml")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/courses/ml"


def test_a_script_is_told_that_nobody_is_logged_in(portal: Portal) -> None:
    answer = portal.browser().send("PUT", f"{portal.page}/draft", {"files": {}, "revision": 0})
    assert answer.status_code == 401
    assert "Log in" in answer.get_json()["error"]


def test_who_logs_in_is_taken_where_they_wanted_to_go(portal: Portal) -> None:
    portal.person("Ada")
    browser = portal.browser()
    form = {"email": " ADA@example.org ", "password": PASSWORD}
    assert browser.post("/login?next=/courses/ml", form).location == "/courses/ml"
    assert "Machine learning" in browser.get("/courses/ml").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\t/e"]
)
def test_logging_in_leads_nowhere_else(portal: Portal, elsewhere: str) -> None:
    portal.person("Ada")
    form = {"email": "ada@example.org", "password": PASSWORD}
    browser = portal.browser()
    token = browser.token()
    answer = browser.client.post("/login", query_string={"next": elsewhere}, data={**form, "csrf_token": token})
    assert answer.location == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(portal: Portal) -> None:
    portal.person("Ada")
    wrong = portal.browser().log_in("ada@example.org", "not her password")
    unknown = portal.browser().log_in("nobody@example.org", "not her password")
    assert wrong.status_code == unknown.status_code == 422
    assert "No account has this e-mail address and password." in wrong.text
    assert "No account has this e-mail address and password." in unknown.text


def test_guessing_at_a_password_is_bounded_and_logging_in_well_is_not(portal: Portal) -> None:
    portal.person("Ada")
    browser = portal.browser()
    for _ in range(15):
        assert portal.browser().log_in("ada@example.org").status_code == 303
    statuses = [browser.log_in("ada@example.org", f"guess {number}").status_code for number in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert browser.log_in("ada@example.org").status_code == 429
    assert "tried too often" in browser.log_in("ada@example.org").text


def test_a_form_without_its_token_is_refused(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.client.post("/logout")
    assert answer.status_code == 400
    assert "Reload the page" in answer.text
    assert browser.get("/courses/ml").status_code == 200


def test_a_page_goes_on_with_the_token_of_who_logged_in_again(portal: Portal) -> None:
    person_id = portal.person("Ada")
    browser = portal.browser()
    browser.log_in("ada@example.org")
    old = browser.token("/")
    browser.client.delete_cookie("gradeloop")
    browser.log_in("ada@example.org")
    headers = {"X-CSRFToken": old, "Accept": "application/json"}
    draft = {"files": {"double.py": "# typed"}, "revision": 0}
    refused = browser.client.put(f"{portal.page}/draft", json=draft, headers=headers)
    assert (refused.status_code, refused.get_json()["stale"]) == (400, True)
    fresh = browser.get("/session", headers={"Accept": "application/json"}).get_json()
    assert fresh["person"] == person_id
    headers["X-CSRFToken"] = fresh["token"]
    assert browser.client.put(f"{portal.page}/draft", json=draft, headers=headers).status_code == 200


def test_what_was_typed_into_a_form_that_is_refused_can_be_copied_and_no_secret_is_repeated(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    form = {"name": "what <b>I</b> typed", "old": PASSWORD, "password": "another sentence"}
    answer = browser.client.post("/account/password", data=form)
    assert answer.status_code == 400
    assert '<pre tabindex="0">what &lt;b&gt;I&lt;/b&gt; typed</pre>' in answer.text
    assert PASSWORD not in answer.text
    assert "another sentence" not in answer.text
    assert "typed" not in portal.browser().client.post("/login", data=form).text


def test_somebody_new_joins_by_the_code(portal: Portal) -> None:
    browser = portal.browser()
    form = {"code": "abcdefghjk ", "name": "Zoë <b>", "email": "Zoe@Example.org", "password": "ten letters or more"}
    assert browser.post("/join", form).location == "/courses/ml"
    page = browser.get("/courses/ml").text
    assert "Zoë &lt;b&gt;" in page
    with portal.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == "zoe@example.org")).one()
    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$")


def test_a_wrong_code_is_named_and_what_was_typed_stays(portal: Portal) -> None:
    form = {"code": "WRONG", "name": "Zoë", "email": "zoe@example.org", "password": "ten letters or more"}
    answer = portal.browser().post("/join", form)
    assert answer.status_code == 422
    assert "No course has this code." in answer.text
    assert 'value="zoe@example.org"' in answer.text


def test_an_address_that_has_an_account_cannot_be_taken_over_by_joining(portal: Portal) -> None:
    portal.person("Ada", None)
    form = {"code": "ABCDEFGHJK", "name": "Eve", "email": "ada@example.org", "password": "the password of Eve"}
    answer = portal.browser().post("/join", form)
    assert answer.status_code == 422
    assert "There is an account with this address." in answer.text
    assert portal.browser().log_in("ada@example.org", "the password of Eve").status_code == 422


def test_who_has_an_account_joins_with_the_code_alone(portal: Portal) -> None:
    browser = portal.logged_in("Ada", role=None)
    assert browser.get("/courses/ml").status_code == 404
    assert browser.post("/join", {"code": "ABCDEFGHJK"}).status_code == 303
    assert browser.get("/courses/ml").status_code == 200


def test_joining_again_changes_no_role(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    browser.post("/join", {"code": "ABCDEFGHJK"})
    assert browser.get("/courses/ml/people").status_code == 200


def test_an_invitation_works_once(portal: Portal) -> None:
    with portal.database.write() as session:
        person = Person(email="new@example.org", name="New")
        session.add(person)
        session.flush()
        secret = invite(session, person)
    link = f"/invitations/{secret}"
    browser = portal.browser()
    assert "new@example.org" in browser.get(link).text
    assert browser.post(link, {"password": "short"}).status_code == 422
    assert browser.post(link, {"password": "ten letters or more"}).status_code == 303
    assert browser.get("/").status_code == 200
    assert portal.browser().get(link).status_code == 404
    assert portal.browser().log_in("new@example.org", "ten letters or more").status_code == 303


def test_who_has_no_password_yet_cannot_log_in(portal: Portal) -> None:
    with portal.database.write() as session:
        session.add(Person(email="new@example.org", name="New"))
    assert portal.browser().log_in("new@example.org", "").status_code == 422
    assert portal.browser().log_in("new@example.org", "any password").status_code == 422


def test_a_new_password_logs_out_all_other_browsers(portal: Portal) -> None:
    here = portal.logged_in("Ada")
    elsewhere = portal.browser()
    elsewhere.log_in("ada@example.org")
    form = {"old": PASSWORD, "password": "another sentence"}
    assert here.post("/account/password", {**form, "old": "wrong password"}).status_code == 422
    assert elsewhere.get("/").status_code == 200
    assert here.post("/account/password", form).status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert portal.browser().log_in("ada@example.org").status_code == 422


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_who_is_logged_in_while_the_records_are_away_is_told_so(portal: Portal, accept: str) -> None:
    settings = portal.app.extensions["gradeloop"].settings.model_copy(
        update={"database_url": "sqlite:////nowhere/r.db"}
    )
    app = create_app(settings)
    client = app.test_client()
    cookie = portal.logged_in("Ada").client.get_cookie("gradeloop")
    assert cookie is not None
    client.set_cookie("gradeloop", cookie.value)
    answer = client.get("/courses/ml", headers={"Accept": accept})
    app.extensions["gradeloop"].close()
    assert answer.status_code == 503
    assert "Nothing is lost: try again soon." in answer.text


def test_logging_out_ends_the_session(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    assert browser.post("/logout").status_code == 303
    assert browser.get("/").status_code == 302


def test_a_token_is_shown_once_and_kept_as_a_hash(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    page = browser.post("/account/tokens", {"name": "my laptop"}).text
    (secret,) = [word for word in page.replace("<", " ").replace(">", " ").split() if word.startswith("gl_")]
    with portal.database.read() as session:
        token = session.scalars(select(PersonalToken)).one()
    assert token.secret_hash == hash_of_secret(secret)
    assert secret not in browser.get("/account").text
    assert "my laptop" in browser.get("/account").text


def test_only_ones_own_token_can_be_revoked(portal: Portal) -> None:
    ada, eve = portal.logged_in("Ada"), portal.logged_in("Eve")
    ada.post("/account/tokens", {"name": "my laptop"})
    with portal.database.read() as session:
        token = session.scalars(select(PersonalToken)).one()
    assert eve.post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert ada.post(f"/account/tokens/{token.id}/revoke").status_code == 303
    assert "my laptop" not in ada.get("/account").text


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_for_this_site_and_no_script(portal: Portal, https: bool) -> None:
    settings = portal.app.extensions["gradeloop"].settings.model_copy(update={"https": https})
    app = create_app(settings)
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    app.extensions["gradeloop"].close()
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == https
    assert cookie.startswith("__Host-") == https


def test_a_name_of_spaces_is_none(portal: Portal) -> None:
    form = {"code": "ABCDEFGHJK", "name": " \t ", "email": "zoe@example.org", "password": "ten letters or more"}
    answer = portal.browser().post("/join", form)
    assert answer.status_code == 422
    assert "This field is required." in answer.text
    ada = portal.logged_in("Ada")
    assert ada.post("/account/tokens", {"name": "  "}).status_code == 422
    assert ada.post("/account/tokens", {"name": " my laptop "}).status_code == 200
    assert "<td>my laptop</td>" in ada.get("/account").text


@ON_POSTGRESQL
def test_who_joins_from_two_tabs_at_once_is_in_the_course_once(portal: Portal) -> None:
    ada = portal.person("Ada", None)
    browser = portal.browser_of(ada)

    def join_elsewhere(session: Session) -> None:
        session.add(Membership(course_id=portal.course_id, person_id=ada, role="student"))

    portal.just_before("INSERT INTO memberships", join_elsewhere)
    assert browser.post("/join", {"code": "ABCDEFGHJK"}).location == "/courses/ml"
    with portal.database.read() as session:
        assert session.query(Membership).count() == 1
        assert session.query(AuditEntry).filter_by(action="join").count() == 0


@ON_POSTGRESQL
def test_an_address_that_gets_an_account_in_this_moment_is_not_taken_over(portal: Portal) -> None:
    browser = portal.browser()
    token = browser.token()
    zoe = Person(email="zoe@example.org", name="Zoë")
    portal.just_before("INSERT INTO people", lambda session: session.add(zoe))
    form = {"code": "ABCDEFGHJK", "name": "Eve", "email": "zoe@example.org", "password": "the password of Eve"}
    answer = browser.client.post("/join", data={**form, "csrf_token": token})
    assert answer.status_code == 422
    assert "There is an account with this address." in answer.text


@pytest.mark.parametrize("way", ["join", "accept", "change"])
def test_nobody_is_kept_from_writing_while_a_password_is_hashed(
    portal: Portal, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hash_while_others_write(hasher: PasswordHasher, password: str) -> str:
        with portal.database.write() as session:
            session.add(Person(email="other@example.org", name="Other"))
        return in_earnest(hasher, password)

    in_earnest = PasswordHasher.hash
    ada = portal.person("Ada")
    with portal.database.write() as session:
        link = f"/invitations/{invite(session, session.get_one(Person, ada))}"
    browser = portal.browser_of(ada) if way == "change" else portal.browser()
    path = {"join": "/join", "accept": link, "change": "/account/password"}[way]
    form = {"code": "ABCDEFGHJK", "name": "Zoë", "email": "zoe@example.org", "old": PASSWORD}
    token = browser.token()
    monkeypatch.setattr(PasswordHasher, "hash", hash_while_others_write)
    answer = browser.client.post(path, data={**form, "password": "another sentence", "csrf_token": token})
    assert answer.status_code == 303


def test_looking_at_an_invitation_waits_for_nobody_who_writes(portal: Portal) -> None:
    ada = portal.person("Ada")
    with portal.database.write() as session:
        secret = invite(session, session.get_one(Person, ada))
    with portal.database.write():
        assert portal.browser().get(f"/invitations/{secret}").status_code == 200
