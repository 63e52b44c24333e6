"""Those who answer for the grades, in a real browser: authoring, a rerun of three hundred, a group, an override."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from cli.embedded.demo import seed
from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment, Course, Membership
from records.people.models import Person
from records.submissions import models
from records.versions.publishing import publish_version, upload_version
from tests.browser.chromium import Window, window
from tests.grading import bundle_named
from tests.services.redis import Redis
from tests.services.server import wait_until
from tests.services.service import Service

Open = Callable[..., Window]

COURSE = "/courses/demo"
SIGMOID = f"{COURSE}/assignments/sigmoid_derivative"
SLOW = 120_000  # milliseconds: an verification, on a machine that may be busy
STUDENTS = 300

DOUBLE = bundle_named("double")
# The planted bug: whoever sums nothing with Python's own `sum` has the int 0, and loses a point for no mistake.
_NOTHING = 'student.total(__import__("numpy").zeros(0))'
_TEST = '''

@pytest.mark.points(1)
def test_nothing(student):
    """The total of nothing is zero."""
    assert {}
'''
PLANTED = _TEST.format(f"isinstance({_NOTHING}, float)").encode()
MENDED = _TEST.format(f"{_NOTHING} == 0").encode()
SUMS = b"def double(x):\n    return x + x\n\n\ndef total(x):\n    return sum(x.tolist())\n"
LIKE_REFERENCE = DOUBLE.reference["double.py"]


def with_hidden(added: bytes) -> dict[str, bytes]:
    """The files of the tiny bundle, its hidden tests with something added, and no right answer that would tell."""
    files = {**DOUBLE.files, "test_hidden.py": DOUBLE.files["test_hidden.py"] + added}
    right = next(name for name in files if name.startswith("right/"))
    return {
        **files,
        right: b'"""Multiplies from the other side."""\n\n\n' + LIKE_REFERENCE.replace(b"2.0 * x", b"x * 2.0"),
    }


def archive(slug: str, files: dict[str, bytes]) -> dict[str, Any]:
    """A zip as somebody's file manager makes it, for the field that takes it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(f"{slug}/{name}", content)
    return {"name": f"{slug}.zip", "mimeType": "application/zip", "buffer": data.getvalue()}


@pytest.fixture(scope="module")
def demo(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo with all its workers, those of reruns and verifications too."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with Service(f"sqlite:///{folder}/records.db", redis_server.url) as service:
        seed(service.database)
        service.start("interactive", "background", "scheduler", "web")
        wait_until(lambda: service.unfinished() == 0, "the past submissions are graded", 120)
        yield service


@pytest.fixture
def open_window(chromium: Browser, demo: Service) -> Iterator[Open]:
    """Open windows on the demo, which are looked through at the end."""
    with ExitStack() as opened:

        def make(name: str, **options: Any) -> Window:
            made = opened.enter_context(window(chromium, demo.address, **options))
            made.log_in(name)
            return made

        yield make


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_new_assignment_goes_from_a_zip_to_published_in_one_sitting(open_window: Open) -> None:
    staff = open_window("ines")
    page = staff.go(f"{COURSE}/new-assignment")
    page.get_by_label("Zip archive").set_input_files(archive("brand_new", dict(DOUBLE.files)))
    press(page, "Upload and verify")
    expect(page.get_by_role("heading", name="The gate is open")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("row", name=re.compile("reference"))).to_contain_text("Full marks.")
    assert staff.serious() == []

    page.get_by_role("link", name="Try it as a student").click()
    staff.write(DOUBLE.reference["double.py"].decode())
    press(page, "Grade")
    expect(page.locator("[data-result][data-state=graded] .total")).to_contain_text("4 / 4", timeout=SLOW)

    page.go_back()
    press(page, "Publish this version")
    expect(page.get_by_role("main")).to_contain_text("in force")

    student = open_window("ada").go(f"{COURSE}/assignments/brand_new")
    expect(student.get_by_role("button", name="Submit")).to_be_visible()


def test_a_suite_that_lets_a_mistake_through_is_not_published_but_with_a_reason(open_window: Open) -> None:
    lax = {
        **DOUBLE.files,
        "test_hidden.py": DOUBLE.files["test_hidden.py"].replace(b"assert_close(student", b"print(student"),
    }
    page = open_window("ines").go(f"{COURSE}/new-assignment")
    page.get_by_label("Zip archive").set_input_files(archive("too_lax", lax))
    press(page, "Upload and verify")
    expect(page.get_by_role("heading", name="The gate is closed")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Mutants that survive")).to_be_visible()
    assert page.locator(".survivors li").count() > 0

    page.get_by_text("Publish it anyway").click()
    page.get_by_label("Publish this version though its gate is not open").check()
    press(page, "Publish it")
    expect(page.get_by_role("main")).to_contain_text("Say why")
    page.get_by_label("Reason").fill("A rehearsal in class.")
    press(page, "Publish it")
    expect(page.get_by_role("main")).to_contain_text("in force")
    page.goto(page.url.partition("/courses")[0] + f"{COURSE}/audit")
    expect(page.get_by_role("row", name=re.compile("override gate")).first).to_contain_text("A rehearsal in class.")


@pytest.fixture
def planted(demo: Service) -> str:
    """An assignment with a planted bug in its suite, which half of three hundred students met; return its slug."""
    slug = f"planted_{uuid4().hex[:6]}"
    bundle = Bundle.from_files(slug, with_hidden(PLANTED))
    with demo.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "demo")).one()
        author = session.scalars(select(Person).where(Person.email == "ines@example.org")).one()
        ada = session.scalars(select(Person).where(Person.email == "ada@example.org")).one()
        assignment = Assignment(course_id=course.id, slug=slug, visibility="visible", position=9)
        session.add(assignment)
        session.flush()
        upload_version(session, assignment, bundle, author.id)
        publish_version(session, assignment, bundle.version, author.id, "For a test.", override=True)
        students = [Person(email=f"{uuid4().hex}@example.org", name=f"Student {n}") for n in range(STUDENTS - 1)]
        session.add_all(students)
        session.flush()
        session.add_all(Membership(course_id=course.id, person_id=one.id) for one in students)
        ids, assignment_id = [ada.id, *(one.id for one in students)], assignment.id
    for number, person_id in enumerate(ids):
        submission = SubmittedFiles({"double.py": LIKE_REFERENCE if number % 2 else SUMS})
        demo.submit(person_id, assignment_id, submission, admitted=True)
    wait_until(lambda: demo.unfinished() == 0, "all are graded", 240)
    return slug


def test_a_planted_bug_is_corrected_and_three_hundred_are_rerun_compared_and_applied(
    open_window: Open, planted: str
) -> None:
    at = f"{COURSE}/assignments/{planted}"
    staff = open_window("ines")
    page = staff.go(f"{at}/versions")
    page.get_by_role("link", name="Edit the newest").click()
    page.get_by_role("button", name="test_hidden.py").click()
    page.locator(".cm-content:visible").first.click()
    page.keyboard.press("Control+a")
    staff.paste(with_hidden(MENDED)["test_hidden.py"].decode())
    page.get_by_label("What changed").fill("The total of nothing may be an int.")
    press(page, "Save as a new version")
    expect(page.get_by_role("heading", name="The gate is open")).to_be_visible(timeout=SLOW)
    press(page, "Publish this version")
    page.get_by_role("link", name="Rerun them").click()

    page.get_by_label("All attempts").check()
    page.get_by_label("Why").fill("The total of nothing may be an int or a float.")
    press(page, "Start the rerun")
    expect(page.locator(".tile.rises strong")).to_have_text(str(STUDENTS // 2), timeout=2 * SLOW)
    expect(page.locator(".tile.falls strong")).to_have_text("0")
    flips = page.get_by_role("table", name=re.compile("Tests that flip"))
    expect(flips.get_by_role("row", name=re.compile("The total of nothing is zero"))).to_contain_text(
        f"+{STUDENTS // 2}"
    )
    assert staff.serious() == []

    student = open_window("ada")
    student.go(COURSE)
    expect(student.page.get_by_role("row", name="Double a vector").last).to_contain_text("4 / 5")  # nothing changed yet
    expect(student.page.locator(".notice")).to_have_count(0)

    page.get_by_role("link", name="Decide").click()
    page.get_by_label("All that are graded").check()
    page.get_by_text("Apply …").click()
    press(page, "Apply it now")
    expect(page.get_by_role("main")).to_contain_text("Students whose result changed were notified")

    student.go(COURSE)
    expect(student.page.locator(".notice")).to_contain_text("The total of nothing may be an int or a float.")
    expect(student.page.locator(".notice")).to_contain_text("5 of 5")

    page.get_by_text("Undo", exact=True).click()
    press(page, "Undo it")
    expect(page.get_by_role("main")).to_contain_text("Nothing has changed yet")
    student.go(COURSE)
    expect(student.page.locator(".notice").first).to_be_visible()


def test_students_picked_in_the_gradebook_are_graded_again(open_window: Open) -> None:
    staff = open_window("grete")
    page = staff.go(f"{COURSE}/gradebook?q=o")
    for name in ("Kofi", "Ivo"):
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_label("Active submissions of the students ticked, at").select_option("sigmoid_derivative")
    assert staff.serious() == []
    press(page, "Grade again")
    expect(page.get_by_label(re.compile("Those picked"))).to_be_checked()
    expect(page.get_by_label(re.compile("Those picked"))).to_have_accessible_name(re.compile("2 submissions"))
    page.get_by_label("Why").fill("Their answers were told apart by hand.")
    press(page, "Start the rerun")
    expect(page.locator(".rerun-facts")).to_contain_text("2 submissions picked by hand")
    expect(page.get_by_role("heading", name="Decide")).to_be_visible(timeout=SLOW)
    page.get_by_text("Discard", exact=True).click()
    press(page, "Discard it")
    expect(page.get_by_role("main")).to_contain_text("Discarded")


def test_a_group_that_fails_alike_gets_one_comment(open_window: Open) -> None:
    staff = open_window("grete")
    page = staff.go(f"{SIGMOID}/groups")
    page.get_by_role("link", name=re.compile("Do you use the formula a")).first.click()
    press(page, "Grade those ticked again")
    expect(page.get_by_label(re.compile("Those picked"))).to_have_accessible_name(re.compile("3 submissions"))
    page.go_back()
    page.get_by_label("Comment").fill("Come to the exercise on Monday: we draw both curves.")
    press(page, "Preview")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 students will read this")
    press(page, "Comment on 3 submissions")
    expect(page.get_by_role("main")).to_contain_text("The comment was added to 3 submissions.")

    student = open_window("dora").go(f"{SIGMOID}/attempts")
    student.get_by_role("link", name="Attempt 1").click()
    expect(student.get_by_role("main")).to_contain_text("Come to the exercise on Monday")
    expect(student.get_by_role("main")).to_contain_text("Grete Example")


def test_a_grade_is_overridden_and_found_in_the_audit_log(open_window: Open) -> None:
    page = open_window("grete").go(f"{COURSE}/gradebook?q=kofi")
    page.get_by_role("row", name=re.compile("Kofi")).get_by_role("link").last.click()
    page.get_by_text("Override", exact=True).click()
    page.get_by_label("Points that count instead").fill("17.5")
    page.get_by_label("Reason").fill("Explained it well at the board.")
    press(page, "Save")
    expect(page.locator(".final_score")).to_contain_text("17.5")

    student = open_window("kofi").go(f"{SIGMOID}/attempts")
    expect(student.get_by_role("main")).to_contain_text("17.5")

    log = open_window("ines").go(f"{COURSE}/audit?q=kofi")
    row = log.get_by_role("row", name=re.compile("Explained it well at the board."))
    expect(row).to_contain_text("Grete Example")
    expect(row).to_contain_text("17.5")


def test_two_graders_at_one_submission_overwrite_nothing(open_window: Open, demo: Service) -> None:
    with demo.database.read() as session:
        of_ivo = select(models.Submission.id).join(Person).where(Person.email == "ivo@example.org")
        path = f"/submissions/{session.scalars(of_ivo).one()}/marking"
    first, second = open_window("grete"), open_window("ines")
    for one in (first, second):
        one.go(path)
        one.page.get_by_text("Override", exact=True).click()
    first.page.get_by_label("Points that count instead").fill("12")
    first.page.get_by_label("Reason").fill("First.")
    press(first.page, "Save")
    expect(first.page.locator(".final_score")).to_contain_text("12")
    second.page.get_by_label("Points that count instead").fill("20")
    second.page.get_by_label("Reason").fill("Second.")
    press(second.page, "Save")
    expect(second.page.get_by_role("main")).to_contain_text("Grete Example changed this meanwhile")
    assert second.page.get_by_label("Points that count instead").input_value() == "20"
    first.page.reload()
    expect(first.page.locator(".final_score")).to_contain_text("12")
