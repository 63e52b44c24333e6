"""A real browser, and what it complains of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cli.embedded.demo import PASSWORD
from tests.services.server import lack

__all__ = ["Window", "chromium"]

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_VIOLATIONS: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
_PASTE: Final = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(paste);
}"""
_SERIOUS: Final = ("serious", "critical")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser of this machine, without a screen."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        lack("no Chromium: install the package chromium (scripts/setup-services does)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


class Window:
    """Somebody's window on a portal; at its end, nothing may have broken or been refused in it.

    Attributes:
        page: Playwright's.
        complaints: errors of scripts, and what the page's policy refused.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.complaints: list[str] = []
        context.add_init_script(_VIOLATIONS)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.page.set_default_timeout(20_000)

    def _note(self, message: Any) -> None:
        # What a server refuses is on the console too, and expected where a test asks for it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open a page of the portal."""
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, name: str, password: str = PASSWORD) -> Page:
        """Log in as somebody of the demo, on the page for that."""
        self.go("/login")
        self.page.get_by_label("E-mail").fill(f"{name}@example.org")
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.get_by_role("button", name="Log out").wait_for()
        return self.page

    def write(self, text: str) -> None:
        """Paste something into the editor, in place of what is there."""
        self.page.locator(".file:not([hidden]) .cm-content").first.click()
        self.page.keyboard.press("Control+a")
        self.paste(text)

    def paste(self, text: str) -> None:
        """Paste something where the keyboard's focus is."""
        self.page.evaluate(_PASTE, text)

    def text(self) -> str:
        """Return what is in the editor."""
        lines: list[str] = self.page.locator(".file:not([hidden]) .cm-line").all_inner_texts()
        return "\n".join(line.rstrip("\n") for line in lines)

    def serious(self) -> list[str]:
        """Return what axe finds serious on the page."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            if one["impact"] in _SERIOUS
            for node in one["nodes"]
        ]

    def sideways(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def check(self) -> None:
        """Expect that nothing broke and nothing was refused."""
        refused = self.page.evaluate("window.violations ?? []")
        assert not self.complaints + refused, self.complaints + refused


@contextmanager
def window(chromium: Browser, address: str, **options: Any) -> Iterator[Window]:
    """Open a window of its own, with cookies of its own."""
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    opened = Window(context, address)
    try:
        yield opened
        opened.check()
    finally:
        context.close()
