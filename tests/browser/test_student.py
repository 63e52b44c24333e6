"""A student in a real browser: from joining to full marks, and all that comes between."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from records.courses.models import Assignment
from records.database.engine import clock
from records.queue.runs import claim_run, sweep_runs
from tests.browser.chromium import Window
from tests.commands import ROOT
from tests.services.server import wait_until
from tests.services.service import Service

Open = Callable[..., Window]

SIGMOID = "/courses/demo/assignments/sigmoid_derivative"
LOOP = "/courses/demo/assignments/minibatch_loop"
SPLITTER = "/courses/demo/assignments/data_splitter"
BUNDLE = ROOT / "assignments" / "sigmoid_derivative"
REFERENCE = (BUNDLE / "reference.py").read_text()
WRONG = (BUNDLE / "wrong" / "expects_activation.py").read_text()
STREAM = {"status": 200, "content_type": "text/event-stream"}
ENDLESS = "def sigmoid(z):\n    while True:\n        pass\n\n\ndef sigmoid_derivative(z):\n    return z\n"
NO_COLON = "import numpy as np\n\n\ndef sigmoid(z)\n    return z\n"
SAVED = re.compile("^(Saved|Draft saved)")
SLOW = 30_000  # milliseconds; a machine may be busy


def join(window: Window, name: str = "") -> Page:
    """Join the demo course as somebody new."""
    name = name or f"s{uuid4().hex[:8]}"
    page = window.go("/join?code=DEMO234567")
    page.get_by_label("Your name").fill(f"Student {name}")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill("a sentence to log in")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Machine learning, a demo course")
    return page


def score(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("[data-result] .total .score").inner_text()).strip()


def await_score(page: Page) -> str:
    expect(page.locator("[data-result][data-state=graded] .total")).to_be_visible(timeout=SLOW)
    return score(page)


def test_from_joining_to_full_marks(open_window: Open) -> None:
    window = open_window()
    page = join(window)
    page.get_by_role("link", name="The derivative of the sigmoid").click()
    expect(page.locator(".statement .katex").first).to_be_visible()
    window.write(REFERENCE)
    page.get_by_role("button", name="Submit").click()
    assert await_score(page) == "25 / 25"
    expect(page.locator(".summary")).to_contain_text("tests passed")
    page.go_back()
    page.reload()
    expect(page.get_by_role("row", name="The derivative of the sigmoid")).to_contain_text("25")


def test_a_wrong_answer_is_diagnosed_mended_and_submitted_again(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(WRONG)
    page.get_by_role("button", name="Submit").click()
    assert await_score(page) != "25 / 25"
    diagnosis = page.locator(".diagnosis").first
    expect(diagnosis).to_contain_text("activation")
    expect(diagnosis).to_contain_text("It affects")
    expect(page.locator("section.diagnosis")).to_have_count(1)
    window.write(REFERENCE)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-result] h2").first).to_have_text("Attempt 2", timeout=SLOW)
    assert await_score(page) == "25 / 25"

    page.get_by_role("link", name="All attempts").click()
    expect(page.get_by_role("row", name="Attempt 2")).to_contain_text("counts")
    page.get_by_role("button", name="Show the two side by side").click()
    expect(page.locator(".cm-merge-a, .cm-mergeView").first).to_be_visible()


def test_a_check_runs_the_public_tests_and_uses_no_attempt(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go("/courses/demo/assignments/update_equation")
    page.get_by_role("button", name="Check").click()
    await_score(page)
    expect(page.locator("[data-result] h2")).to_have_text("Check")
    expect(page.locator("[data-attempts]")).to_contain_text("10 of 10 left")


def test_a_loop_that_never_ends_is_told_so(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(ENDLESS)
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".test .message").first).to_contain_text("did not finish within", timeout=3 * SLOW)
    await_score(page)


def test_a_syntax_error_is_marked_on_its_line(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(NO_COLON)
    page.get_by_role("button", name="Check").click()
    await_score(page)
    expect(page.locator(".cm-line", has_text="def sigmoid(z)").first).to_have_class(re.compile("cm-marked"))
    page.locator("[data-goto]").first.click()
    expect(page.locator(".cm-activeLine").first).to_contain_text("def sigmoid(z)")


def test_what_was_graded_before_its_panel_came_is_shown_like_any_other(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(NO_COLON)

    def answer_late(route: Route) -> None:
        wait_until(lambda: demo.unfinished() == 0, "it is graded")
        route.continue_()

    page.route("**/panel", answer_late)
    page.get_by_role("button", name="Check").click()
    await_score(page)
    expect(page.locator(".cm-line", has_text="def sigmoid(z)").first).to_have_class(re.compile("cm-marked"))
    expect(page.locator("#announce")).to_contain_text("0 / ")


def test_who_waits_sees_how_many_are_ahead_and_then_the_score(open_window: Open, demo: Service) -> None:
    demo.stop("interactive")
    try:
        for _ in range(2):
            other = open_window()
            join(other)
            other.go(SIGMOID)
            other.page.get_by_role("button", name="Check").click()
            expect(other.page.locator("[data-queue-position]")).to_be_visible()
        window = open_window()
        join(window)
        page = window.go(SIGMOID)
        window.write(REFERENCE)
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("[data-queue-position]")).to_contain_text("2 submissions are ahead of yours")
        page.reload()
        expect(page.locator("[data-queue-position]")).to_contain_text("2 submissions are ahead of yours")
    finally:
        demo.start("interactive")
    assert await_score(page) == "25 / 25"


def test_a_server_that_is_restarted_in_between_loses_nothing(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    demo.stop("interactive")
    window.write(REFERENCE)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-queue-position]")).to_be_visible()
    demo.stop("web")
    window.write(REFERENCE + "\n# typed while the server was away\n")
    expect(page.locator("[data-draft]")).not_to_have_text(SAVED)
    demo.start("web")
    demo.start("interactive")
    assert await_score(page) == "25 / 25"
    expect(page.locator("[data-draft]")).to_have_text(SAVED, timeout=SLOW)
    page.reload()
    expect(page.locator(".cm-content").first).to_be_visible()
    assert await_score(page) == "25 / 25"
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+End")
    expect(page.locator(".cm-line", has_text="# typed while the server was away")).to_be_visible()
    assert "# typed while the server was away" in window.text()


def test_what_was_typed_stays_whatever_the_server_says_and_is_taken_after_logging_in_elsewhere(
    open_window: Open,
) -> None:
    window = open_window()
    name = f"s{uuid4().hex[:8]}"
    join(window, name)
    page = window.go(SPLITTER)
    window.write("# what I typed")
    expect(page.locator("[data-draft]")).to_have_text(SAVED, timeout=SLOW)
    page.context.clear_cookies()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_contain_text("Log in")
    assert "# what I typed" in window.text()

    log_in_elsewhere(page, window.address, name)
    page.get_by_role("button", name="Submit").click()
    await_score(page)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert "# what I typed" in window.text()


def test_what_was_typed_goes_to_nobody_else_who_logs_in(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SPLITTER)
    page.context.clear_cookies()
    other = f"s{uuid4().hex[:8]}"
    join(open_window(), other)
    log_in_elsewhere(page, window.address, other)
    window.write("# not of the other")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else is logged in here now")
    assert "# not of the other" in window.text()


def log_in_elsewhere(page: Page, address: str, name: str) -> None:
    """Log in in another tab, as its page has it."""
    tab = page.context.new_page()
    tab.goto(f"{address}/login")
    tab.get_by_label("E-mail").fill(f"{name}@example.org")
    tab.get_by_label("Password").fill("a sentence to log in")
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your courses")
    tab.close()


def lose_an_answer(page: Page, pattern: str, method: str) -> None:
    """Let the next request of a kind reach the server, and its answer not the page."""
    left = [True]

    def lose(route: Route) -> None:
        if route.request.method == method and left:
            left.pop()
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(pattern, lose)


def test_an_answer_that_is_lost_costs_no_attempt(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(REFERENCE)
    lose_an_answer(page, "**/submissions", "POST")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.get_by_role("button", name="Submit").click()
    assert await_score(page) == "25 / 25"
    page.get_by_role("link", name="All attempts").click()
    expect(page.get_by_role("row", name=re.compile("Attempt"))).to_have_count(1)


def test_a_draft_whose_answer_is_lost_is_no_other_draft(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SPLITTER)
    lose_an_answer(page, "**/draft", "PUT")
    window.write("# saved, and nobody heard of it")
    expect(page.locator("[data-draft]")).to_contain_text("Not saved")
    window.write("# and then more")
    expect(page.locator("[data-draft]")).to_have_text(SAVED, timeout=SLOW)
    expect(page.locator("#conflict")).to_be_hidden()
    page.reload()
    expect(page.locator(".cm-content").first).to_contain_text("# and then more")


def test_a_draft_that_was_changed_in_another_tab_is_not_overwritten(open_window: Open) -> None:
    window = open_window()
    page = join(window)
    path = SPLITTER
    window.go(path)
    with page.context.expect_page() as opened:
        page.evaluate("address => void window.open(address)", window.address + path)
    other = opened.value
    other.locator(".cm-content").first.click()
    other.keyboard.press("Control+a")
    other.keyboard.insert_text("# of the other tab")
    expect(other.locator("[data-draft]")).to_have_text(SAVED, timeout=SLOW)
    window.write("# of this tab")
    expect(page.locator("#conflict")).to_be_visible()
    assert "# of this tab" in window.text()
    page.get_by_role("button", name="Take the other").click()
    expect(page.locator(".cm-content").first).to_contain_text("# of the other tab")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("mine.py", b"# uploaded\n", ""),
        ("notes.txt", b"hello", ".py"),
        ("mine.py", b"\xff\xfe\x00", "UTF-8"),
        ("mine.py", b"#" * 2_000_000, "at most 1 MiB"),
    ],
    ids=["python", "text", "bytes", "large"],
)
def test_a_file_is_uploaded_or_refused_with_a_sentence(
    open_window: Open, name: str, data: bytes, sentence: str
) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    before = window.text()
    page.locator("[data-upload]").set_input_files({"name": name, "mimeType": "text/x-python", "buffer": data})
    if sentence:
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        assert window.text() == before
    else:
        expect(page.locator(".cm-content").first).to_contain_text("# uploaded")


def test_a_file_that_is_refused_is_named_though_another_is_taken(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    good = {"name": "sigmoid.py", "mimeType": "text/x-python", "buffer": b"# uploaded\n"}
    bad = [{"name": name, "mimeType": "text/plain", "buffer": b"x"} for name in ("notes.txt", "other.py")]
    page.locator("[data-upload]").set_input_files([*bad, good])
    expect(page.locator(".cm-content").first).to_contain_text("# uploaded")
    expect(page.get_by_role("alert")).to_contain_text("“notes.txt” is not a Python file")
    expect(page.get_by_role("alert")).to_contain_text("“other.py” is not one of the files")


def test_a_file_that_is_dropped_on_the_editor_is_in_it_and_a_reset_brings_the_starter_back(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    starter = window.text()
    (tmp_path / "sigmoid.py").write_text("# dropped\n")
    box = page.locator(".editor").bounding_box()
    assert box
    browser = page.context.new_cdp_session(page)
    files = {"items": [], "files": [str(tmp_path / "sigmoid.py")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        at = {"x": box["x"] + 100, "y": box["y"] + 100}
        browser.send("Input.dispatchDragEvent", {"type": kind, "data": files, **at})
    expect(page.locator(".cm-content").first).to_contain_text("# dropped")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#announce")).to_have_text("The starter is back. Undo brings your text back.")
    assert window.text() == starter
    page.keyboard.press("Control+z")
    expect(page.locator(".cm-content").first).to_contain_text("# dropped")


def test_all_of_it_by_keyboard_alone(open_window: Open) -> None:
    window = open_window()
    page = window.go("/login")
    page.keyboard.type("chen@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("gradient-descent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your courses")
    tab_to(page, "Machine learning, a demo course")
    expect(page.get_by_role("heading", level=1)).to_have_text("Machine learning, a demo course")
    tab_to(page, "The derivative of the sigmoid")
    expect(page.locator(".cm-content").first).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cm-content')"):
            break
    page.keyboard.press("Control+a")
    window.paste(REFERENCE)
    page.keyboard.press("Control+Shift+Enter")
    assert await_score(page) == "25 / 25"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.classList.contains('cm-content')")


def tab_to(page: Page, name: str) -> None:
    """Go on by the keyboard to a link, and follow it."""
    goal = page.get_by_role("link", name=name)
    for _ in range(40):
        page.keyboard.press("Tab")
        if goal.evaluate("link => link === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way by keyboard to {name}")


def test_without_scripts_what_is_refused_is_still_in_the_form(open_window: Open, demo: Service) -> None:
    window = open_window(java_script_enabled=False)
    join(window)
    page = window.go(LOOP)
    with closed(demo, "minibatch_loop"):
        page.locator("textarea").first.fill("# what I typed")
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("#trouble")).to_contain_text("The due date has passed")
        assert "# what I typed" in page.locator("textarea").first.input_value()


def test_without_scripts_it_is_a_form(open_window: Open) -> None:
    window = open_window(java_script_enabled=False)
    join(window)
    page = window.go(SIGMOID)
    page.locator("textarea").first.fill(REFERENCE)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attempt 1")

    def is_graded() -> bool:
        page.reload()
        return page.locator(".total").count() == 1

    wait_until(is_graded, "the score is there", 60)
    assert score(page) == "25 / 25"


@contextmanager
def policy(demo: Service, slug: str, **values: object) -> Iterator[None]:
    """Let an assignment have other policy for a while."""

    def change(values: Mapping[str, object]) -> dict[str, object]:
        with demo.database.write() as session:
            found = session.scalars(select(Assignment).where(Assignment.slug == slug)).one()
            before = {name: getattr(found, name) for name in values}
            for name, value in values.items():
                setattr(found, name, value)
        return before

    before = change(values)
    yield
    change(before)


def closed(demo: Service, slug: str) -> AbstractContextManager[None]:
    """Let an assignment be past its due date for a while."""
    return policy(demo, slug, due_at=datetime.now(UTC) - timedelta(days=1), late_percent_per_day=0.0)


def test_what_closes_while_the_page_is_open_is_said_on_return(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    page = window.go(LOOP)
    button = page.get_by_role("button", name="Submit")
    expect(button).to_be_enabled()
    with closed(demo, "minibatch_loop"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#closed")).to_contain_text("The due date has passed")
        expect(button).to_be_disabled()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#closed")).to_be_hidden()
    expect(button).to_be_enabled()


def test_the_last_attempt_comes_back_where_it_could_not_be_graded(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    demo.stop("interactive")
    try:
        with policy(demo, "minibatch_loop", attempts=1):
            page = window.go(LOOP)
            page.get_by_role("button", name="Submit").click()
            expect(page.locator("[data-attempts]")).to_have_text("0 of 1 left")
            expect(page.get_by_role("button", name="Submit")).to_be_disabled()
            with demo.database.write() as session:
                assert claim_run(session, "interactive", "a slot", 0)
            with demo.database.write() as session:
                sweep_runs(session, clock(session) + timedelta(seconds=1), max_tries=1)
            expect(page.locator("[data-result]")).to_contain_text("you may submit again", timeout=SLOW)
            expect(page.locator("[data-attempts]")).to_have_text("1 of 1 left")
            expect(page.get_by_role("button", name="Submit")).to_be_enabled()
    finally:
        demo.start("interactive")


def test_a_marker_is_on_its_line_wherever_that_went_meanwhile(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    demo.stop("interactive")
    try:
        window.write(NO_COLON)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("[data-queue-position]")).to_be_visible()
        page.locator(".cm-content").first.click()
        page.keyboard.press("Control+Home")
        page.keyboard.insert_text("# one\n# two\n")
    finally:
        demo.start("interactive")
    await_score(page)
    expect(page.locator(".cm-line.cm-marked")).to_have_text(["def sigmoid(z)"])
    window.write("# another text\n" * 9)
    page.reload()
    await_score(page)
    expect(page.locator(".cm-line").first).to_have_text("# another text")
    expect(page.locator(".cm-line.cm-marked")).to_have_count(0)


def test_a_second_tab_sees_a_grading_that_runs_and_who_waits_how_long_it_takes(open_window: Open) -> None:
    window, other = open_window(), open_window()
    for one in (window, other):
        join(one)
        one.go(SIGMOID)
    page = window.page
    window.write(ENDLESS)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-queue-position]")).to_have_text("Your code is being graded.", timeout=SLOW)
    other.page.get_by_role("button", name="Check").click()
    expect(other.page.locator("[data-queue-position]")).to_have_text(
        re.compile(r"^Yours is next; the score comes in about (a|\d+) seconds?\.$")
    )
    expect(other.page.locator("#announce")).to_contain_text("Yours is next")
    tab = page.context.new_page()
    tab.goto(window.address + SIGMOID)
    expect(tab.locator("[data-queue-position]")).to_have_text("Your code is being graded.")
    for one in (page, tab, other.page):
        expect(one.locator("[data-result][data-state=graded] .total")).to_be_visible(timeout=3 * SLOW)


@pytest.mark.parametrize("answer", ["there are too many", "the broker is away"])
def test_without_events_the_page_asks_and_shows_how_far_it_is(open_window: Open, answer: str) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    told = {"status": 204} if answer == "there are too many" else STREAM | {"body": "event: poll\ndata: {}\n\n"}
    page.route("**/events", lambda route: route.fulfill(**told))
    window.write(ENDLESS)
    page.get_by_role("button", name="Check").click()
    page.wait_for_function("() => document.querySelector('[data-progress]')?.value > 0", timeout=3 * SLOW)
    expect(page.locator("[data-queue-position]")).to_have_text("Your code is being graded.")
    await_score(page)


def test_a_stream_that_ends_and_goes_on_at_once_is_not_spoken_of(open_window: Open, demo: Service) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    demo.stop("interactive")
    try:
        streams = []

        def end(route: Route) -> None:
            streams.append(route)
            route.fulfill(**STREAM, body="retry: 50\n\n: and no more\n\n")

        page.route("**/events", end)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("[data-trouble]")).to_have_role("status")
        page.evaluate(
            """() => {
              const trouble = document.querySelector("[data-trouble]");
              window.spoken = [];
              new MutationObserver(() => window.spoken.push(trouble.textContent)).observe(trouble, { childList: true });
            }"""
        )
        wait_until(lambda: bool(page.wait_for_timeout(50)) or len(streams) > 5, "streams end again and again")
        assert [sentence for sentence in page.evaluate("window.spoken") if sentence] == []
    finally:
        demo.start("interactive")


def test_a_due_date_is_told_in_the_courses_zone_and_by_its_title_in_the_students(
    open_window: Open, demo: Service
) -> None:
    due = datetime(2031, 6, 30, 20, 30, tzinfo=UTC)
    with policy(demo, "minibatch_loop", due_at=due):
        for zone, told in (("Asia/Tokyo", "05:30:00 GMT+9"), ("America/New_York", "16:30:00 GMT-4")):
            shown = open_window("chen", timezone_id=zone).go(LOOP).locator("[data-status] time")
            expect(shown).to_have_text("30 Jun 2031, 20:30 UTC")
            expect(shown).to_have_attribute("title", re.compile(re.escape(told)))
