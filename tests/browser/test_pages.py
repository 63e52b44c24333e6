"""Every page as people see it: for screen readers, in the dark, on a phone, under its own strict policy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundles
from records.courses.models import Assignment, Course
from records.database.engine import clock
from records.insights import similarity
from records.people.accounts import invite
from records.people.models import Person
from records.queue.jobs import request_job
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun
from records.submissions.models import Submission
from records.versions.publishing import upload_version
from tests.browser.chromium import Window, window
from tests.commands import ROOT
from tests.services.service import Service
from web import create_app

Open = Callable[..., Window]

COURSE = "/courses/demo"
SIGMOID = f"{COURSE}/assignments/sigmoid_derivative"
PAGES = {
    "login": ("", "/login"),
    "join": ("", "/join"),
    "invitation": ("", "/invitations/{secret}"),
    "not found": ("ada", "/nowhere"),
    "courses": ("ada", "/"),
    "course": ("ada", COURSE),
    "assignment with results": ("ada", f"{COURSE}/assignments/update_equation"),
    "assignment begun late": ("ada", SIGMOID),
    "assignment not begun": ("chen", f"{COURSE}/assignments/backprop"),
    "assignment that is not open": ("chen", f"{COURSE}/assignments/later"),
    "attempts": ("ada", f"{SIGMOID}/attempts"),
    "no attempts": ("chen", f"{SIGMOID}/attempts"),
    "compare": ("ada", f"{SIGMOID}/compare?old={{first}}&new={{second}}"),
    "submission": ("ada", "/submissions/{first}"),
    "account": ("ada", "/account"),
    "course for staff": ("ines", COURSE),
    "assignment for staff": ("ines", SIGMOID),
    "somebody's submission": ("grete", "/submissions/{first}"),
    "people": ("ines", f"{COURSE}/people"),
    "people who withdrew": ("ines", f"{COURSE}/people?withdrawn=1"),
    "import": ("ines", f"{COURSE}/people/import"),
    "settings": ("ines", f"{COURSE}/settings"),
    "health": ("", "/health"),
    "gradebook": ("grete", f"{COURSE}/gradebook"),
    "marking": ("grete", "/submissions/{first}/marking"),
    "not graded": ("grete", f"{COURSE}/not-graded"),
    "audit log": ("ines", f"{COURSE}/audit"),
    "reruns": ("grete", f"{COURSE}/reruns"),
    "new rerun": ("grete", f"{COURSE}/reruns/new?assignment=sigmoid_derivative"),
    "rerun": ("grete", f"{COURSE}/reruns/{{rerun}}"),
    "submission of a rerun": ("grete", f"{COURSE}/reruns/{{rerun}}/submissions/{{first}}"),
    "new assignment": ("ines", f"{COURSE}/new-assignment"),
    "versions": ("ines", f"{SIGMOID}/versions"),
    "version": ("ines", f"{SIGMOID}/versions/{{version}}"),
    "editor of a version": ("ines", f"{SIGMOID}/versions/{{version}}/edit"),
    "trial of a version": ("ines", f"{SIGMOID}/versions/{{version}}/try"),
    "what differs between versions": ("ines", f"{SIGMOID}/versions/{{other}}/diff"),
    "policy": ("ines", f"{SIGMOID}/policy"),
    "insights": ("grete", f"{SIGMOID}/insights"),
    "groups": ("grete", f"{SIGMOID}/groups"),
    "group": ("grete", f"{SIGMOID}/groups/{{key}}"),
    "draft of a wrong answer": ("grete", f"{SIGMOID}/groups/{{key}}/wrong-answer"),
    "similarity": ("grete", f"{SIGMOID}/similarity"),
    "similar pair": ("grete", f"{SIGMOID}/similarity/{{job}}/1"),
}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}

SEEN = [(name, look) for name in PAGES for look in LOOKS]

# What else may be got, and why it is not looked at here.
NO_PAGES = {
    **dict.fromkeys(("accounts.refresh", "assignments.status", "runs.events", "runs.state"), "data for scripts"),
    **dict.fromkeys(("reruns.state", "similarity.state", "versions.state"), "data for scripts"),
    "runs.result": "a part of the assignment page and the submission",
    **dict.fromkeys(("audit.export", "gradebook.export", "versions.download"), "a file"),
    **dict.fromkeys(("courses.download", "submissions.download", "static"), "a file"),
    **dict.fromkeys(("health.live", "health.metrics", "openapi.spec"), "for programs"),
    "marking.student": "leads to the marking of a submission",
}
# Pages that come of a form: who, where it is, what is done there, and the heading of what comes.
OF_FORMS: dict[str, tuple[str, str, Callable[[Page], None], str]] = {}


def of_form(name: str, who: str, path: str, heading: str) -> Callable[[Callable[[Page], None]], None]:
    """Note how a page is come to by a form."""

    def note(fill: Callable[[Page], None]) -> None:
        OF_FORMS[name] = (who, path, fill, heading)

    return note


def choose_roster(page: Page) -> None:
    text = f"email,name\n{uuid4().hex}@example.org,New\nada@example.org,Ada\n"
    page.get_by_label("Roster").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Show what would change").click()


@of_form("import preview", "ines", f"{COURSE}/people/import", "Import a roster")
def _(page: Page) -> None:
    choose_roster(page)
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()


@of_form("imported", "ines", f"{COURSE}/people/import", "Imported")
def _(page: Page) -> None:
    choose_roster(page)
    page.get_by_role("button", name="Import these").click()


@of_form("policy preview", "ines", f"{SIGMOID}/policy", "What would change")
def _(page: Page) -> None:
    page.get_by_label("How many").fill("7")
    page.get_by_role("button", name="Show what would change").click()


@of_form("group comment", "grete", f"{SIGMOID}/groups/{{key}}", "will read this")
def _(page: Page) -> None:
    page.get_by_label("Comment").fill("Look at the slope again.")
    page.get_by_role("button", name="Preview").click()


@of_form("a form with a mistake", "", "/join", "Join a course")
def _(page: Page) -> None:
    page.get_by_label("Course code").fill("NONE")
    page.get_by_label("Your name").fill("Somebody")
    page.get_by_label("E-mail").fill("somebody@example.org")
    page.get_by_label("Password").fill("a sentence to log in")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("No course has this code.")).to_be_visible()


@pytest.fixture(scope="module")
def places(demo: Service, shown: Open) -> dict[str, str]:
    """What stands in addresses: one of everything."""
    with demo.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "demo")).one()
        sigmoid = session.scalars(select(Assignment).where(Assignment.slug == "sigmoid_derivative")).one()
        people = {one.email.partition("@")[0]: one for one in session.scalars(select(Person))}
        of_sigmoid = select(Submission).where(Submission.assignment_id == sigmoid.id)
        handed = list(session.scalars(of_sigmoid.order_by(Submission.created_at)))
        first, second = [one.id for one in handed if one.person_id == people["ada"].id]
        opens_at = clock(session) + timedelta(days=3)
        later = Assignment(
            course_id=course.id, slug="later", version_hash=sigmoid.version_hash, visibility="visible", position=9
        )
        later.opens_at = opens_at
        session.add(later)
        bundle = next(one for one in read_bundles([ROOT / "assignments" / "sigmoid_derivative"]))
        changed = Bundle.from_files(bundle.slug, {**bundle.files, "prompt.md": b"# Another statement\n"})
        upload_version(session, sigmoid, changed, people["ines"].id, "Another statement.")
        asked = Rerun(
            course_id=course.id,
            person_id=people["grete"].id,
            reason="The suite was mended.",
            assignment_id=sigmoid.id,
        )
        rerun = begin_rerun(session, asked, [first, second])
        secret = invite(session, people["noor"])
        values = {"rerun": rerun.id, "job": _search(session, sigmoid, people, handed), "secret": secret}
        version = str(sigmoid.version_hash)
    groups = shown("grete", "light").go(f"{SIGMOID}/groups")
    href = groups.locator(f'a[href*="{SIGMOID}/groups/"]').first.get_attribute("href") or ""
    key = href.partition("/groups/")[2].partition("?")[0]
    return {**values, "first": first, "second": second, "version": version, "other": changed.version, "key": key}


def _search(
    session: Session,
    assignment: Assignment,
    people: Mapping[str, Person],
    handed: Iterable[Submission],
) -> str:
    """Keep that two have submitted the same."""
    alike = [one.id for one in handed if one.person_id in (people["dora"].id, people["emil"].id)]
    lines = "".join(f"    value_{number} = z * {number} + len(str(z))\n" for number in range(30))
    files = {one: {"sigmoid.py": f"def sigmoid(z):\n{lines}    return z\n".encode()} for one in alike}
    job = request_job(session, "similarity", assignment, people["grete"].id, assignment.version_hash)
    job.state, job.report = "done", similarity.search(files, {})
    job.finished_at = clock(session)
    return job.id


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
def test_a_page_is_sound(shown: Open, places: dict[str, str], name: str, look: str) -> None:
    who, path = PAGES[name]
    seen = shown(who, look)
    seen.go(path.format(**places))
    expect_sound(seen)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", OF_FORMS)
def test_a_page_that_comes_of_a_form_is_sound(shown: Open, places: dict[str, str], name: str, look: str) -> None:
    who, path, fill, heading = OF_FORMS[name]
    seen = shown(who, look)
    fill(seen.go(path.format(**places)))
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text(heading)
    expect_sound(seen)


@pytest.mark.parametrize("look", LOOKS)
def test_a_run_that_forms_is_sound(open_window: Open, demo: Service, look: str) -> None:
    seen = open_window("ben", **LOOKS[look])
    demo.stop("interactive")
    try:
        page = seen.go(f"{COURSE}/assignments/pytorch_training_loop")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("[data-result][data-state=queued] [data-queue-position]")).to_be_visible()
        assert seen.serious() == []
        assert seen.sideways() <= 0
    finally:
        demo.start("interactive")


def expect_sound(seen: Window) -> None:
    seen.page.wait_for_load_state("networkidle")
    assert seen.serious() == []
    assert seen.sideways() <= 0
    assert seen.page.title()
    seen.check()


def test_every_page_there_is_is_looked_at(demo: Service) -> None:
    app = create_app(demo.portal_settings)
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    addresses = app.url_map.bind("localhost")
    paths = [
        path.replace("{", "").replace("}", "").partition("?")[0] for _, path in PAGES.values() if path != "/nowhere"
    ]
    looked_at = {addresses.match(path)[0] for path in paths}
    app.extensions["gradeloop"].close()
    pages = {endpoint for endpoint in routes if not endpoint.startswith("api.")}
    assert pages == looked_at | NO_PAGES.keys()
    assert not looked_at & NO_PAGES.keys()


def test_the_theme_is_kept(open_window: Open) -> None:
    window = open_window("ada", color_scheme="light")
    page = window.go("/")
    page.get_by_role("button", name="Dark theme").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


# What each shift was worth; those that are not told of yet are taken at the end.
SHIFTS = """
window.shifts = [];
window.shiftsSeen = new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)));
window.shiftsSeen.observe({ type: "layout-shift", buffered: true });
"""
SUM = "[...shifts, ...shiftsSeen.takeRecords().map((one) => one.value)].reduce((sum, one) => sum + one, 0)"
GOOD = 0.1  # what is held to be good, https://web.dev/articles/cls


def test_nothing_moves_while_a_page_loads(open_window: Open) -> None:
    window = open_window("ada")
    window.page.add_init_script(SHIFTS)
    page = window.go(f"{COURSE}/assignments/update_equation")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SUM) < GOOD


def test_nothing_moves_while_results_come_in(open_window: Open, demo: Service) -> None:
    window = open_window("ben")
    window.page.add_init_script(SHIFTS)
    page = window.go(f"{COURSE}/assignments/minibatch_loop")
    demo.stop("interactive")
    try:
        page.get_by_role("button", name="Check").click()
        expect(page.locator("[data-result] [data-queue-position]")).to_be_visible()
        page.wait_for_function("() => new Promise((done) => requestIdleCallback(() => done(true)))")
        page.evaluate("shiftsSeen.takeRecords(); shifts.length = 0;")
    finally:
        demo.start("interactive")
    expect(page.locator("[data-result][data-state=graded] .total")).to_be_visible(timeout=60_000)
    assert page.evaluate(SUM) < GOOD


def test_a_picture_has_its_words_beside_it(open_window: Open) -> None:
    window = open_window("ada")
    page = window.go(f"{COURSE}/assignments/update_equation")
    pictures = page.locator("figure.picture")
    assert pictures.count() > 0
    for picture in pictures.all():
        assert picture.locator("canvas").get_attribute("aria-label")
        assert picture.locator("p").first.inner_text()
