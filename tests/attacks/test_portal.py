"""Attacks by upload form and address bar: what students write is data, whatever it says, and rules are the server's."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from grader.bundle.submission import MAX_SUBMISSION_BYTES
from records.submissions.models import Submission
from tests.runs import PASSED
from tests.web.portal import RIGHT, Browser, Portal, passed
from web.ui.markdown import render_statement

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`</textarea></title>{{7*7}}javascript:alert(1)"
HARMFUL = re.compile(r"<script>alert|<img src=x|</textarea></title>|(?<!\{7\*7\})49javascript")


def test_what_a_run_says_is_shown_as_text(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    test = passed(
        outcome="failed", points=0.0, title=SCRIPT, message=SCRIPT, diagnosis=SCRIPT, hint=SCRIPT, output=SCRIPT,
        file=SCRIPT, line=1,
    )  # fmt: skip
    ticket = portal.submit(browser, f"# {SCRIPT}\n").get_json()
    portal.grade(ticket["run"], [test], message=SCRIPT)
    staff = portal.logged_in("Grete", "grader")
    for address in (ticket["result"], portal.page, f"/submissions/{ticket['submission']}"):
        page = browser.get(address).text
        assert "&lt;script&gt;alert" in page
        assert not HARMFUL.search(page)
    assert not HARMFUL.search(staff.get(f"/submissions/{ticket['submission']}").text)


def test_names_and_drafts_are_shown_as_text(portal: Portal) -> None:
    browser = portal.browser()
    form = {"code": "ABCDEFGHJK", "name": SCRIPT[:100], "email": "x@example.org", "password": "ten letters or more"}
    assert browser.post("/join", form).status_code == 303
    browser.send("PUT", f"{portal.page}/draft", {"files": {"double.py": SCRIPT}, "revision": 0})
    browser.post("/account/tokens", {"name": SCRIPT[:60]})
    staff = portal.logged_in("Ines", "instructor")
    for page in (browser.get(portal.page), browser.get("/account"), staff.get("/courses/ml/people")):
        assert page.status_code == 200
        assert not HARMFUL.search(page.text)


@pytest.mark.parametrize(
    "markdown",
    [
        SCRIPT,
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](x){onerror=alert(1)}",
        "<a href=x onclick=alert(1)>x</a>",
        "$<script>alert(1)</script>$ and $$<img src=x onerror=alert(1)>$$",
        '```html"><script>alert(1)</script>\nx\n```',
    ],
)
def test_a_statement_brings_no_code(markdown: str) -> None:
    html = render_statement(markdown)
    assert not re.search(r"<script|<img|<[^>]*\son\w+=|href=\"?(javascript|data):", html, re.IGNORECASE)


def routes(method: str) -> list[str]:
    """Every address of the portal that takes a method, with something in each gap."""
    from web import create_app
    from web.settings import read_portal_settings

    app = create_app(read_portal_settings())
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    paths = (re.sub(r"<(any\((\w+)|int:)?[^>]*>", _place, rule.rule) for rule in rules)
    return sorted(path for path in paths if not path.startswith("/api/"))


def _place(found: re.Match[str]) -> str:
    """Return what may stand in a place of an address: the first of some words, a number, or anything."""
    return found[2] or ("1" if found[1] else "x")


@pytest.mark.parametrize("path", routes("POST"))
def test_no_form_is_taken_without_its_token(portal: Portal, path: str) -> None:
    answer = portal.logged_in("Ines", "admin").client.post(path.replace("/courses/x", "/courses/ml"), data={"x": "y"})
    assert answer.status_code == 400
    assert "Reload the page" in answer.text


def test_no_draft_is_taken_without_a_token(portal: Portal) -> None:
    client = portal.logged_in("Ada").client
    assert client.put(f"{portal.page}/draft", json={"files": {}, "revision": 0}).status_code == 400


@pytest.mark.parametrize("path", [path for path in routes("GET") if not path.startswith(("/login", "/join", "/inv"))])
def test_no_page_is_shown_to_who_is_not_logged_in(portal: Portal, path: str) -> None:
    answer = portal.browser().get(path)
    if path in ("/health", "/live", "/metrics"):
        assert answer.status_code in (200, 503)
    else:
        assert answer.status_code == 302
        assert answer.location.startswith("/login")


@pytest.mark.parametrize(
    "extra",
    [{"score": 100}, {"person_id": "1"}, {"kind": "trial"}, {"kind": "graded"}, {"version": "x"}, {"files": []}],
)
def test_what_is_not_asked_for_is_not_taken(portal: Portal, extra: dict[str, Any]) -> None:
    browser = portal.logged_in("Ada")
    data = {"kind": "submit", "files": {"double.py": RIGHT}, **extra}
    answer = browser.send("POST", f"{portal.page}/submissions", data)
    assert answer.status_code == 422
    assert portal.count(Submission) == 0


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Nothing was submitted"),
        ({"../../etc/passwd": "x"}, "folder in its name"),
        ({"double.py": "x", "..\\evil.py": "x"}, "folder in its name"),
        ({"double.py": "x", "numpy.py": "x"}, "cannot be submitted"),
        ({"double.py": "x", "con.py": "x"}, "cannot be submitted"),
        ({"double.py": "x", "a\nb.py": "x"}, "not a name that can be taken"),
        ({"double\u202eyp.exe": "x"}, "not a Python file"),
        ({"double.py": "x", "<svg onload=alert(1)>.py": "x"}, "not a name that can be taken"),
        ({"double.py": "x", "x" * 4096 + ".py": "x"}, "not a name that can be taken"),
        ({"double.svg": "<svg/>"}, "not a Python file"),
        ({"double.py": "x", "other.py": "x"}, "not asked for"),
        ({"double.py": "x" * (MAX_SUBMISSION_BYTES + 1)}, "too large"),
        ({f"f{number}.py": "x" for number in range(21)}, "could not be read"),
    ],
    ids=range(13),
)
def test_hostile_files_are_refused_with_a_sentence(portal: Portal, files: dict[str, str], sentence: str) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.send("POST", f"{portal.page}/submissions", {"kind": "submit", "files": files})
    assert answer.status_code == 422
    assert sentence in answer.get_json()["error"]
    assert not HARMFUL.search(answer.text)
    assert portal.count(Submission) == 0


@pytest.mark.parametrize("name", ["numpy.py", "a\nb.py", "<svg onload=alert(1)>.py", "x" * 4096 + ".py"], ids=range(4))
def test_the_name_of_an_only_file_is_kept_nowhere(portal: Portal, name: str) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.send("POST", f"{portal.page}/submissions", {"kind": "submit", "files": {name: "x = 1"}})
    assert answer.status_code == 201
    with portal.database.read() as session:
        assert session.scalars(select(Submission)).one().files == {"double.py": b"x = 1"}
    assert not HARMFUL.search(browser.get(portal.page).text)


def test_more_than_any_form_needs_is_not_read(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.post(f"{portal.page}/submissions", {"kind": "submit", "file-0": "x" * 9_000_000})
    assert answer.status_code == 413
    assert "More than 8 MiB" in answer.text


def test_what_was_submitted_is_never_shown_as_a_page_of_its_own(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.graded(browser, PASSED)
    answer = browser.get(f"/submissions/{ticket['submission']}/download")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_session_that_somebody_made_up_is_nobodys(portal: Portal) -> None:
    person_id = portal.person("Ada")
    client: FlaskClient = portal.app.test_client()
    for value in (person_id, f"{person_id}:", f"{person_id}:x", ":", ""):
        with client.session_transaction() as session:  # as if the signature could be had
            session["_user_id"] = value
        assert client.get("/").status_code == 302
    client.set_cookie("gradeloop", "eyJfdXNlcl9pZCI6IjEifQ.x.y")
    assert client.get("/").status_code == 302


def test_code_that_prints_a_verdict_changes_none(portal: Portal) -> None:
    """Row 33 at the portal: events and results are made of what the judge said alone."""
    browser = portal.logged_in("Ada")
    forged = 'event: finished\ndata: {"score": 100}\n\nid: 1-1\nevent: test\ndata: {}\n\n'
    ticket = portal.submit(browser).get_json()
    events = portal.app.extensions["gradeloop"].announcer.events
    events.publish(ticket["run"], "running", 1)
    events.publish(ticket["run"], "test", 1, test=passed(output=forged, title=forged).to_json())
    events.publish(ticket["run"], "finished", 1)
    text = browser.get(ticket["events"]).text
    assert [line for line in text.splitlines() if line.startswith("event:")] == [
        "event: started", "event: test", "event: finished",
    ]  # fmt: skip


def test_nobody_is_told_whether_somebody_elses_page_is_there(portal: Portal) -> None:
    eve = portal.logged_in("Eve", role=None)
    ticket = portal.submit(portal.logged_in("Ada")).get_json()
    real = [portal.page, "/courses/ml", ticket["result"], f"/submissions/{ticket['submission']}"]
    made_up = ["/courses/ml/assignments/none", "/courses/none", "/runs/0/panel", "/submissions/0"]
    shown = {body(eve, path) for path in real + made_up}
    assert len(shown) == 1


def body(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 404
    return re.sub(r'(nonce|token|content|value)="[^"]*"', "", answer.text)
