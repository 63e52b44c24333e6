"""The assignment page: what is in sight, drafts that are never lost, and who may submit what when."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from grader.bundle.submission import MAX_SUBMISSION_BYTES
from records.database.engine import clock
from records.queue.runs import claim_run, sweep_runs
from records.submissions.models import Submission
from tests.web.portal import RIGHT, Browser, Portal, passed


def test_the_page_shows_the_statement_the_starter_and_the_public_tests(portal: Portal) -> None:
    page = portal.logged_in("Ada").get(portal.page).text
    assert portal.bundle.manifest.title in page
    assert "def double(x):" in page
    assert "test_public.py" in page
    assert "test_hidden" not in page


def test_the_page_says_what_can_be_imported_with_its_version(portal: Portal) -> None:
    page = portal.logged_in("Ada").get(portal.page).text
    assert re.search(r"Python 3\.\d+, NumPy 2\.\d+\.\d+; nothing else can be imported\.", page)


def test_a_draft_is_there_again(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    saved = save(portal, browser, "def double(x):\n    return '½' * x  # mine\n", 0)
    assert saved.get_json()["revision"] == 1
    page = browser.get(portal.page).text
    assert "# mine" in page
    assert "½" in page


def test_a_draft_is_ones_own(portal: Portal) -> None:
    save(portal, portal.logged_in("Ada"), "# of Ada", 0)
    assert "# of Ada" not in portal.logged_in("Ben").get(portal.page).text


def test_who_saves_over_what_another_tab_saved_is_given_both(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    save(portal, browser, "# first", 0)
    save(portal, browser, "# of one tab", 1)
    late = save(portal, browser, "# of another tab", 1)
    assert late.status_code == 409
    assert late.get_json()["files"] == {"double.py": "# of one tab"}
    assert "# of one tab" in browser.get(portal.page).text
    assert save(portal, browser, "# of another tab", late.get_json()["revision"]).status_code == 200


def test_the_same_text_is_no_conflict(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    save(portal, browser, "# same", 0)
    assert save(portal, browser, "# same", 0).status_code == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"files": {"double.py": "x" * (MAX_SUBMISSION_BYTES + 1)}, "revision": 0}, 413),
        ({"files": {"../evil.py": "x"}, "revision": 0}, 422),
        ({"files": {"double.py": 3}, "revision": 0}, 400),
        ({"files": {"double.py": "x"}, "revision": -1}, 400),
        ({"files": {"double.py": "x"}, "revision": 0, "person_id": "another"}, 400),
        ([], 400),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused_with_a_sentence(portal: Portal, data: object, status: int) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.send("PUT", f"{portal.page}/draft", data)
    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_handing_in_says_where_to_watch(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    answer = portal.submit(browser)
    assert answer.status_code == 201
    assert browser.get(answer.get_json()["result"]).status_code == 200
    assert browser.get(answer.get_json()["state"]).get_json()["position"] == 1


def test_a_form_hands_in_without_a_script(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    answer = browser.post(f"{portal.page}/submissions", {"kind": "submit", "file-0": RIGHT.replace("\n", "\r\n")})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "return 2 * x" in page
    assert "\r" not in page


def test_a_check_is_no_attempt(portal: Portal) -> None:
    portal.set(attempts=1)
    browser = portal.logged_in("Ada")
    assert portal.submit(browser, kind="check").get_json()["attempts_left"] == 1
    assert portal.submit(browser).get_json()["attempts_left"] == 0
    assert portal.submit(browser, kind="check").status_code == 201
    refused = portal.submit(browser)
    assert refused.status_code == 409
    assert refused.get_json()["error"].startswith("All attempts are used")


def test_a_run_that_ended_by_our_fault_uses_no_attempt(portal: Portal) -> None:
    portal.set(attempts=1)
    browser = portal.logged_in("Ada")
    portal.submit(browser)
    with portal.database.write() as session:
        taken = claim_run(session, "interactive", "a slot", 0)
        assert taken is not None
    with portal.database.write() as session:
        sweep_runs(session, clock(session) + timedelta(seconds=1), max_tries=1)
    assert portal.submit(browser).status_code == 201


@pytest.mark.parametrize("kind", ["submit", "check"])
def test_nobody_else_may_submit(portal: Portal, kind: str) -> None:
    assert portal.submit(portal.logged_in("Eve", role=None), kind=kind).status_code == 404
    portal.set(visibility="hidden")
    assert portal.submit(portal.logged_in("Ada"), kind=kind).status_code == 404
    assert portal.count(Submission) == 0


def test_what_staff_submit_is_a_trial_whatever_the_rules(portal: Portal) -> None:
    portal.set(attempts=1, due_at=portal.now() - timedelta(days=1), visibility="hidden")
    browser = portal.logged_in("Ines", "instructor")
    assert "does not count" in browser.get("/courses/ml").text
    for _ in range(2):
        assert portal.submit(browser).status_code == 201
    page = browser.get(f"{portal.page}/attempts").text
    assert "Trial 2" in page
    assert "Attempt 1" not in page


def test_before_it_opens_an_assignment_is_not_shown(portal: Portal) -> None:
    portal.set(opens_at=portal.now() + timedelta(hours=1))
    browser = portal.logged_in("Ada")
    page = browser.get(portal.page).text
    assert "opens" in page
    assert "test_public.py" not in page
    assert portal.submit(browser).status_code == 409


@pytest.mark.parametrize(
    ("late", "percent", "status"),
    [
        (timedelta(hours=-1), 0.0, 201),
        (timedelta(seconds=1), 0.0, 409),
        (timedelta(seconds=1), 25.0, 201),
        (timedelta(days=2), 25.0, 201),
        (timedelta(days=3, hours=1), 25.0, 409),
    ],
)
def test_the_servers_clock_decides_what_is_late(portal: Portal, late: timedelta, percent: float, status: int) -> None:
    portal.set(due_at=portal.now() - late, late_percent_per_day=percent)
    assert portal.submit(portal.logged_in("Ada")).status_code == status


def test_what_lateness_costs_is_in_sight_before_and_after(portal: Portal) -> None:
    portal.set(due_at=portal.now() - timedelta(hours=30), late_percent_per_day=10.0)
    browser = portal.logged_in("Ada")
    assert "submitting now costs 20 %" in browser.get(portal.page).text
    ticket = portal.graded(browser, passed(points=10.0, max_points=10.0))
    assert "takes 20 % off: 8 points count" in browser.get(ticket["result"]).text
    assert "−20 %" in browser.get(f"{portal.page}/attempts").text


@pytest.mark.both_databases
def test_twenty_submits_at_once_use_the_last_attempt_once(portal: Portal) -> None:
    portal.set(attempts=1)
    browser = portal.logged_in("Ada")
    answers = at_once(20, lambda: submit_elsewhere(portal, browser))
    assert sorted(answers) == [201] + [409] * 19
    assert portal.count(Submission) == 1


@pytest.mark.both_databases
def test_what_is_sent_again_because_its_answer_was_lost_uses_one_attempt(portal: Portal) -> None:
    portal.set(attempts=1)
    browser = portal.logged_in("Ada")
    first, again = (portal.submit(browser, key="of this click").get_json() for _ in range(2))
    assert first == again
    assert again["attempts_left"] == 0
    assert portal.submit(browser, key="of another click").status_code == 409
    assert portal.submit(browser, "# another text", key="of this click").status_code == 409
    assert portal.submit(browser, kind="check", key="of this click").get_json()["run"] != first["run"]
    assert portal.submit(portal.logged_in("Ben"), key="of this click").get_json()["run"] != first["run"]


@pytest.mark.both_databases
def test_what_is_sent_twice_at_once_is_taken_in_once(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    assert at_once(8, lambda: submit_elsewhere(portal, browser, "of one click")) == [201] * 8
    assert portal.count(Submission) == 1


def test_a_form_that_is_sent_twice_is_taken_in_once(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    key = re.search(r'name="key" value="(\w{32,})"', browser.get(portal.page).text)
    assert key
    form = {"kind": "submit", "file-0": RIGHT, "key": key[1]}
    first, again = (browser.post(f"{portal.page}/submissions", form).location for _ in range(2))
    assert first == again
    assert key[1] not in browser.get(portal.page).text


def test_what_holds_is_told_anew_while_the_page_stays_open(portal: Portal) -> None:
    portal.set(attempts=3, active_rule="last", due_at=portal.now() + timedelta(hours=1), late_percent_per_day=10.0)
    browser = portal.logged_in("Ada")
    assert "the last attempt" in browser.get(portal.page).text
    portal.submit(browser)
    holds = browser.get(f"{portal.page}/status").get_json()
    assert "2 of 3 left" in holds["facts"]
    assert holds["closed"] == ""
    portal.set(due_at=portal.now() - timedelta(hours=30))
    assert "submitting now costs 20 %" in browser.get(f"{portal.page}/status").get_json()["facts"]
    portal.set(late_percent_per_day=0.0)
    assert browser.get(f"{portal.page}/status").get_json()["closed"].startswith("The due date has passed")


def test_what_a_refused_form_held_is_still_in_the_editor(portal: Portal) -> None:
    portal.set(attempts=1)
    browser = portal.logged_in("Ada")
    portal.submit(browser)
    answer = browser.post(f"{portal.page}/submissions", {"kind": "submit", "file-0": "# what\r\n# I typed"})
    assert answer.status_code == 409
    assert "All attempts are used" in answer.text
    assert "# what\n# I typed</textarea>" in answer.text


def test_markers_are_for_the_text_that_was_submitted(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    save(portal, browser, "# first", 0)
    portal.submit(browser, "# first")
    assert "data-submitted" in browser.get(portal.page).text
    save(portal, browser, "# second", 1)
    assert "data-submitted" not in browser.get(portal.page).text


def test_a_flood_of_one_student_is_dammed(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    statuses = [portal.submit(browser).status_code for _ in range(7)]
    assert statuses == [201] * 5 + [409] * 2
    assert "Please wait" in portal.submit(browser).get_json()["error"]
    assert portal.submit(portal.logged_in("Ben")).status_code == 201


def save(portal: Portal, browser: Browser, text: str, revision: int):  # type: ignore[no-untyped-def]
    return browser.send("PUT", f"{portal.page}/draft", {"files": {"double.py": text}, "revision": revision})


def submit_elsewhere(portal: Portal, browser: Browser, key: str = "") -> int:
    """Submit with the same session and another connection."""
    client = portal.app.test_client()
    cookie = browser.client.get_cookie("gradeloop")
    assert cookie is not None
    client.set_cookie("gradeloop", cookie.value)
    return portal.submit(Browser(client), key=key).status_code


def at_once(count: int, act: Callable[[], int]) -> list[int]:
    """Do something in several threads that start together, and return what each got."""
    gate = threading.Barrier(count)
    results: list[int] = []

    def run() -> None:
        gate.wait()
        results.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
