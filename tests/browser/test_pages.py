"""Every page as people see it: for screen readers, in the dark, on a phone, under its own strict policy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from grader import records
from tests.browser.chromium import Window, window
from tests.services.service import Service

Open = Callable[..., Window]

COURSE = "/courses/demo"
SIGMOID = f"{COURSE}/assignments/sigmoid_derivative"
STAFF = ("grete", "ines")
PAGES = {
    "login": ("", "/login"),
    "join": ("", "/join"),
    "not found": ("ada", "/nowhere"),
    "courses": ("ada", "/"),
    "course": ("ada", COURSE),
    "assignment with results": ("ada", f"{COURSE}/assignments/update_equation"),
    "assignment begun late": ("ada", SIGMOID),
    "assignment not begun": ("chen", f"{COURSE}/assignments/backprop"),
    "attempts": ("ada", f"{SIGMOID}/attempts"),
    "no attempts": ("chen", f"{SIGMOID}/attempts"),
    "compare": ("ada", f"{SIGMOID}/compare?old={{0}}&new={{1}}"),
    "submission": ("ada", "/submissions/{0}"),
    "account": ("ada", "/account"),
    "course for staff": ("ines", COURSE),
    "assignment for staff": ("ines", SIGMOID),
    "somebody's submission": ("grete", "/submissions/{0}"),
    "people": ("ines", f"{COURSE}/people"),
    "import": ("ines", f"{COURSE}/people/import"),
    "health": ("", "/health"),
    "gradebook": ("grete", f"{COURSE}/gradebook"),
    "marking": ("grete", "/submissions/{0}/marking"),
    "not graded": ("grete", f"{COURSE}/not-graded"),
    "audit log": ("ines", f"{COURSE}/audit"),
    "reruns": ("grete", f"{COURSE}/reruns"),
    "new rerun": ("grete", f"{COURSE}/reruns/new?assignment=sigmoid_derivative"),
    "new assignment": ("ines", f"{COURSE}/new-assignment"),
    "versions": ("ines", f"{SIGMOID}/versions"),
    "version": ("ines", f"{SIGMOID}/versions/{{version}}"),
    "editor of a version": ("ines", f"{SIGMOID}/versions/{{version}}/edit"),
    "trial of a version": ("ines", f"{SIGMOID}/versions/{{version}}/try"),
    "terms": ("ines", f"{SIGMOID}/terms"),
    "insights": ("grete", f"{SIGMOID}/insights"),
    "groups": ("grete", f"{SIGMOID}/groups"),
    "similarity": ("grete", f"{SIGMOID}/similarity"),
}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}

# Staff's pages are of the same parts: seen in the dark and on a phone, where parts fail if they do.
SEEN = [(name, look) for name, (who, _) in PAGES.items() for look in LOOKS if look != "light" or who not in STAFF]


@pytest.fixture(scope="module")
def submissions(demo: Service) -> list[str]:
    """Ada's submissions for the sigmoid, oldest first."""
    with demo.database.read() as session:
        query = (
            select(records.Submission.id)
            .join(records.Person)
            .join(records.Assignment)
            .where(records.Person.email == "ada@example.org", records.Assignment.slug == "sigmoid_derivative")
            .order_by(records.Submission.created_at)
        )
        return list(session.scalars(query))


@pytest.fixture(scope="module")
def version(demo: Service) -> str:
    """The version of the sigmoid that is in force."""
    with demo.database.read() as session:
        of_sigmoid = records.Assignment.slug == "sigmoid_derivative"
        return str(session.scalars(select(records.Assignment.version_hash).where(of_sigmoid)).one())


@pytest.fixture(scope="module")
def shown(chromium: Browser, demo: Service) -> Iterator[Open]:
    """Return windows that are kept: one for each person and look."""
    with ExitStack() as opened:

        @cache
        def window_of(who: str, look: str) -> Window:
            made = opened.enter_context(window(chromium, demo.address, **LOOKS[look]))
            if who:
                made.log_in(who)
            return made

        yield window_of


@pytest.mark.parametrize(("name", "look"), SEEN)
def test_a_page_is_sound(shown: Open, submissions: list[str], version: str, name: str, look: str) -> None:
    who, path = PAGES[name]
    seen = shown(who, look)
    page = seen.go(path.format(*submissions, version=version))
    page.wait_for_load_state("networkidle")
    assert seen.serious() == []
    assert seen.sideways() <= 0
    assert page.title()
    seen.check()


def test_the_theme_is_kept(open_window: Open) -> None:
    window = open_window("ada", color_scheme="light")
    page = window.go("/")
    page.get_by_role("button", name="Dark theme").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_nothing_moves_while_a_page_loads(open_window: Open) -> None:
    window = open_window("ada")
    page = window.go(f"{COURSE}/assignments/update_equation")
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
            .observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
        })"""
    )
    assert shift < 0.1  # what is held to be good, https://web.dev/articles/cls


def test_a_picture_has_its_words_beside_it(open_window: Open) -> None:
    window = open_window("ada")
    page = window.go(f"{COURSE}/assignments/update_equation")
    for picture in page.locator("figure.picture").all():
        assert picture.locator("canvas").get_attribute("aria-label")
        assert picture.locator("p").first.inner_text()
