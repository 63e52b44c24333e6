"""A student in a real browser: from joining to full marks, and all that comes between."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Window
from tests.commands import ROOT
from tests.services.server import wait_until
from tests.services.service import Service

Open = Callable[..., Window]

SIGMOID = "/courses/demo/assignments/sigmoid_derivative"
BUNDLE = ROOT / "assignments" / "sigmoid_derivative"
REFERENCE = (BUNDLE / "reference.py").read_text()
WRONG = (BUNDLE / "wrong" / "expects_activation.py").read_text()
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
    return re.sub(r"\s+", " ", page.locator("[data-panel] .total .score").inner_text()).strip()


def await_score(page: Page) -> str:
    expect(page.locator("[data-panel][data-state=graded] .total")).to_be_visible(timeout=SLOW)
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


def test_a_wrong_answer_is_diagnosed_mended_and_handed_in_again(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write(WRONG)
    page.get_by_role("button", name="Submit").click()
    assert await_score(page) != "25 / 25"
    diagnosis = page.locator(".diagnosis").first
    expect(diagnosis).to_contain_text("activation")
    window.write(REFERENCE)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-panel] h2").first).to_have_text("Attempt 2", timeout=SLOW)
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
    expect(page.locator("[data-panel] h2")).to_have_text("Check")
    expect(page.locator("[data-attempts]")).to_contain_text("10 of 10 left")


def test_a_loop_that_never_ends_is_told_so(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write("def sigmoid(z):\n    while True:\n        pass\n\n\ndef sigmoid_derivative(z):\n    return z\n")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".test .message").first).to_contain_text("did not finish within", timeout=3 * SLOW)
    await_score(page)


def test_a_syntax_error_is_marked_on_its_line(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go(SIGMOID)
    window.write("import numpy as np\n\n\ndef sigmoid(z)\n    return z\n")
    page.get_by_role("button", name="Check").click()
    await_score(page)
    expect(page.locator(".cm-line", has_text="def sigmoid(z)").first).to_have_class(re.compile("cm-marked"))
    page.locator("[data-goto]").first.click()
    expect(page.locator(".cm-activeLine").first).to_contain_text("def sigmoid(z)")


def test_who_waits_sees_how_many_are_ahead_and_then_the_score(open_window: Open, demo: Service) -> None:
    demo.stop("interactive")
    try:
        for _ in range(2):
            other = open_window()
            join(other)
            other.go(SIGMOID)
            other.page.get_by_role("button", name="Check").click()
            expect(other.page.locator("[data-standing]")).to_be_visible()
        window = open_window()
        join(window)
        page = window.go(SIGMOID)
        window.write(REFERENCE)
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("[data-standing]")).to_contain_text("2 submissions are ahead of yours")
        page.reload()
        expect(page.locator("[data-standing]")).to_contain_text("2 submissions are ahead of yours")
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
    expect(page.locator("[data-standing]")).to_be_visible()
    demo.stop("web")
    window.write(REFERENCE + "\n# typed while the server was away\n")
    expect(page.locator("[data-draft]")).not_to_contain_text(re.compile("^Saved|^Draft saved"))
    demo.start("web")
    demo.start("interactive")
    assert await_score(page) == "25 / 25"
    expect(page.locator("[data-draft]")).to_contain_text("aved", timeout=SLOW)
    page.reload()
    expect(page.locator(".cm-content").first).to_be_visible()
    assert await_score(page) == "25 / 25"
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+End")
    expect(page.locator(".cm-line", has_text="# typed while the server was away")).to_be_visible()
    assert "# typed while the server was away" in window.text()
    window.complaints.clear()  # of the server that was away


def test_what_was_typed_stays_whatever_the_server_says(open_window: Open) -> None:
    window = open_window()
    join(window)
    page = window.go("/courses/demo/assignments/data_splitter")
    window.write("# what I typed")
    expect(page.locator("[data-draft]")).to_contain_text("aved", timeout=SLOW)
    page.context.clear_cookies()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_contain_text("Log in")
    assert "# what I typed" in window.text()


def test_a_draft_that_was_changed_in_another_tab_is_not_overwritten(open_window: Open) -> None:
    window = open_window()
    page = join(window)
    path = "/courses/demo/assignments/data_splitter"
    window.go(path)
    with page.context.expect_page() as opened:
        page.evaluate("address => void window.open(address)", window.address + path)
    other = opened.value
    other.locator(".cm-content").first.click()
    other.keyboard.press("Control+a")
    other.keyboard.insert_text("# of the other tab")
    expect(other.locator("[data-draft]")).to_contain_text("aved", timeout=SLOW)
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
