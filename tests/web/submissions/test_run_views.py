"""A run while it forms, and its result: what may be seen, by whom, in which order."""

import json
import re
from contextlib import ExitStack
from datetime import timedelta

import pytest

from records.database.engine import Database
from records.queue.runs import claim_run, release_run
from tests.runs import FAILED, LOSSES
from tests.services.redis import Redis
from tests.web.portal import Browser, Portal, passed
from web import create_app
from web.extensions import MAX_STREAMS

PLACE = "1 submission is ahead of yours. Nothing can be graded just now; grading resumes by itself as soon as possible."
HIDDEN = {"outcome": "failed", "points": 0.0, "title": "A secret title."}


def test_a_run_that_waits_says_its_place(portal: Portal) -> None:
    first, second = portal.logged_in("Ada"), portal.logged_in("Ben")
    portal.submit(first)
    ticket = portal.submit(second).get_json()
    assert second.get(ticket["state"]).get_json() == {
        "state": "queued", "position": 2, "ahead": 1, "eta_seconds": None, "finished": False, "text": PLACE,
        "done_points": 0.0, "total_points": float(portal.bundle.max_score),
    }  # fmt: skip
    assert PLACE in second.get(ticket["result"]).text
    assert "Yours is next." in first.get(portal.page).text


def test_what_to_fix_first_comes_first(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    tests = [
        passed("test_public.py::test_one", title="Passed."),
        passed("test_hidden.py::test_two", title="Hidden, unexplained.", outcome="failed"),
        passed("test_hidden.py::test_three", title="Hidden, explained.", outcome="failed", diagnosis="You squared."),
        passed("test_public.py::test_four", title="Public.", outcome="failed"),
    ]
    page = browser.get(portal.graded(browser, *tests)["result"]).text
    page = page[page.index('<ol class="tests"') :]
    places = [page.index(title) for title in ("Public.", "Hidden, explained.", "Hidden, unexplained.", "Passed.")]
    assert places == sorted(places)


def test_a_diagnosis_stands_once_on_top_with_the_tests_that_it_affects(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    tests = [passed(f"test_hidden.py::test_{n}", outcome="failed", diagnosis="You squared.") for n in "ab"]
    page = browser.get(portal.graded(browser, *tests)["result"]).text
    assert page.count("You squared.") == 1
    first, second = re.findall(r'<a href="#([^"]+)">diagnosis above</a> applies', page)
    assert first == second
    assert page.index(f'id="{first}"') < page.index("You squared.") < page.index("It affects 2 tests")
    affected = re.findall(r'<li><a href="#([^"]+)">', page)
    assert [f'id="{anchor}"' in page for anchor in affected] == [True, True]


def test_tests_whose_names_differ_by_a_sign_alone_have_anchors_of_their_own(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    names = ["test_a[-1]", "test_a[1]", "test_a[1.0]", "test_a_1_"]
    page = browser.get(portal.graded(browser, *(passed(f"test_hidden.py::{name}") for name in names))["result"]).text
    assert len(set(re.findall(r'<li class="test passed" id="([^"]+)"', page))) == len(names)


def test_a_test_shows_all_that_helps(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    test = passed(
        outcome="failed", points=0.0, message="It is transposed.", diagnosis="You swapped axes.", hint="Look at `.T`.",
        output="printed", file="double.py", line=2, pictures=(LOSSES,),
    )  # fmt: skip
    page = browser.get(portal.graded(browser, test)["result"]).text
    for shown in ("It is transposed.", "You swapped axes.", ".T", "printed", "line 2", "Your loss falls."):
        assert shown in page


@pytest.mark.parametrize(
    ("visibility", "changes", "shown"),
    [
        ("visible", {}, True),
        ("hidden", {}, False),
        ("hidden", {"due_at": timedelta(days=-1), "published_at": timedelta(days=-1)}, False),
        ("after_due_date", {}, False),
        ("after_due_date", {"due_at": timedelta(days=1)}, False),
        ("after_due_date", {"due_at": timedelta(seconds=-1)}, True),
        ("after_published", {"due_at": timedelta(seconds=-1)}, False),
        ("after_published", {"published_at": timedelta(seconds=-1)}, True),
    ],
)
def test_a_test_is_shown_when_its_visibility_allows(
    portal: Portal, visibility: str, changes: dict[str, timedelta], shown: bool
) -> None:
    browser, staff = portal.logged_in("Ada"), portal.logged_in("Grete", "grader")
    ticket = portal.graded(browser, passed(), passed("test_hidden.py::test_secret", visibility=visibility, **HIDDEN))
    portal.set(**{name: portal.now() + delta for name, delta in changes.items()})
    page = browser.get(ticket["result"]).text
    assert ("A secret title." in page) == shown
    assert ("1 / 2" if shown else "1 / 1") in re.sub("<[^>]+>", "", page)
    assert "A secret title." in staff.get(ticket["result"]).text


@pytest.mark.parametrize("what", ["result", "state", "events"])
def test_a_run_of_somebody_else_is_not_there(portal: Portal, what: str) -> None:
    ticket = portal.submit(portal.logged_in("Ada")).get_json()
    assert portal.logged_in("Ben").get(ticket[what]).status_code == 404
    assert portal.logged_in("Eve", role=None).get(ticket[what]).status_code == 404
    assert portal.logged_in("Ina", "grader").get(ticket["state"]).status_code == 200


def test_a_finished_run_has_no_stream(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.graded(browser, passed())
    assert browser.get(ticket["events"]).status_code == 204


def test_where_too_many_watch_the_page_is_told_to_ask(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    with ExitStack() as watching:
        for _ in range(MAX_STREAMS):
            stream = watching.enter_context(browser.get(ticket["events"], buffered=False))
            assert stream.status_code == 200
        assert browser.get(ticket["events"]).status_code == 204
    with browser.get(ticket["events"], buffered=False) as stream:
        assert stream.status_code == 200


def test_the_events_of_a_run_are_told_as_they_happen_and_after_the_last_that_is_known(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    events = portal.app.extensions["gradeloop"].announcer.events
    events.publish(ticket["run"], "running", 1, queue="interactive", assignment="double")
    for test in (passed(), passed("test_hidden.py::test_secret", visibility="hidden", **HIDDEN), FAILED):
        events.publish(ticket["run"], "test", 1, test=test.to_json())
    events.publish(ticket["run"], "finished", 1, outcome="graded")

    told = stream(browser, ticket["events"])
    assert [kind for kind, _, _ in told] == ["started", "test", "test", "finished"]
    assert "It works." in told[1][2]["html"]
    assert told[1][2]["done_points"] == 1.0
    assert told[2][2]["done_points"] == 4.0  # with one that is not shown
    assert "A secret title." not in json.dumps(told)
    assert told[2][2]["total_points"] == float(portal.bundle.max_score)

    again = stream(browser, ticket["events"], told[1][1])
    assert [kind for kind, _, _ in again] == ["test", "finished"]


def test_what_an_earlier_try_told_counts_no_more(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    with portal.database.write() as session:
        for _ in range(2):
            taken = claim_run(session, "interactive", "a slot", 60)
            assert taken is not None
            release_run(session, taken, charge=True, reason="killed")
    events = portal.app.extensions["gradeloop"].announcer.events
    events.publish(ticket["run"], "running", 1)
    events.publish(ticket["run"], "test", 1, test=passed().to_json())
    events.publish(ticket["run"], "running", 2)
    events.publish(ticket["run"], "finished", 2)
    assert [kind for kind, _, _ in stream(browser, ticket["events"])] == ["started", "finished"]


def test_where_the_broker_is_away_the_page_is_told_to_ask_and_asks(database: Database, redis_server: Redis) -> None:
    portal = Portal(database, redis_server.url)
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    away = create_app(portal.app.extensions["gradeloop"].settings.model_copy(update={"broker_url": "redis://[::1]:1"}))
    elsewhere = Browser(away.test_client())
    cookie = browser.client.get_cookie("gradeloop")
    assert cookie is not None
    elsewhere.client.set_cookie("gradeloop", cookie.value)
    assert [kind for kind, _, _ in stream(elsewhere, ticket["events"])] == ["poll"]
    state = elsewhere.get(ticket["state"]).get_json()
    assert (state["position"], state["done_points"], state["total_points"]) == (1, None, None)
    for app in (away, portal.app):
        app.extensions["gradeloop"].close()


def test_who_asks_for_the_state_is_told_how_far_it_is(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    events = portal.app.extensions["gradeloop"].announcer.events
    events.publish(ticket["run"], "running", 1)
    for test in (passed(), passed("test_hidden.py::test_secret", visibility="hidden", max_points=2.0)):
        events.publish(ticket["run"], "test", 1, test=test.to_json())
    state = browser.get(ticket["state"]).get_json()
    assert (state["done_points"], state["total_points"]) == (3.0, float(portal.bundle.max_score))
    assert "secret" not in json.dumps(state)


def test_staff_see_their_own_run_as_a_student_does_and_all_of_it_where_they_ask(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    secret = passed("test_hidden.py::test_secret", visibility="hidden", **HIDDEN)
    ticket = portal.submit(browser).get_json()
    events = portal.app.extensions["gradeloop"].announcer.events
    for test in (passed(), secret):
        events.publish(ticket["run"], "test", 1, test=test.to_json())
    events.publish(ticket["run"], "finished", 1)
    assert "A secret title." not in json.dumps(stream(browser, ticket["events"]))
    portal.grade(ticket["run"], [passed(), secret])
    for page in (browser.get(ticket["result"]).text, browser.get(portal.page).text):
        assert "A secret title." not in page
        assert "1 more test counts; it is not shown yet." in page
        assert "You see what a student would." in page
    assert "<strong>Staff view.</strong>" in browser.get(portal.page).text
    everything = browser.get(f"/submissions/{ticket['submission']}").text
    assert "A secret title." in everything
    assert "You see it as staff: every test, hidden ones too." in everything
    as_student = browser.get(f"/submissions/{ticket['submission']}?view=student").text
    assert "A secret title." not in as_student
    assert "<strong>Staff view.</strong>" in as_student


def test_no_student_is_told_how_staff_look(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    secret = passed("test_hidden.py::test_secret", visibility="hidden", **HIDDEN)
    ticket = portal.graded(browser, passed(), secret)
    for address in (ticket["result"], portal.page, f"/submissions/{ticket['submission']}?view=staff"):
        page = browser.get(address).text
        assert "A secret title." not in page
        assert "Staff view" not in page
        assert "You see what a student would." not in page


def stream(browser: Browser, url: str, after: str = "") -> list[tuple[str, str, dict[str, object]]]:
    """Return the events of a stream that ends: kind, id and data."""
    headers = {"Last-Event-ID": after} if after else {}
    with browser.get(url, headers=headers) as answer:
        assert answer.mimetype == "text/event-stream"
        blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.split("\n\n")]
    return [(block["event"], block.get("id", ""), json.loads(block["data"])) for block in blocks if "event" in block]
