"""The gradebook: what counts for whom, flags, sorting, filtering, pages, and files with no formula in them."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from records.courses.extensions import Extension
from records.courses.models import Assignment, Membership
from records.marking.comments import comment_on
from records.marking.marking import MarkingValues, add_item, save_values
from records.people.models import Person
from records.queue.runs import claim_run, request_run, sweep_runs
from records.submissions.models import Submission
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import queries
from web.gradebook.presenters import ROWS_PER_PAGE
from web.ui.csv import without_formulas

BOOK = "/courses/ml/gradebook"


@pytest.fixture
def grete(portal: Portal) -> Browser:
    return portal.logged_in("Grete", "grader")


def submitted(portal: Portal, name: str, *points: float) -> list[str]:
    """Have somebody submit, once for each of some points out of 10, and return the submissions."""
    browser = portal.logged_in(name)
    return [str(portal.graded(browser, passed(points=one, max_points=10.0))["submission"]) for one in points]


def row_of(page: str, name: str) -> str:
    """Return a student's row, its texts alone."""
    [row] = [row for row in page.split("<tr>") if f"> {name}</label>" in row]
    return row


def names(page: str) -> list[str]:
    return re.findall(r'name="person"[^>]*> ([^<]+)</label>', page)


def test_a_cell_has_what_counts_and_leads_to_the_submission(portal: Portal, grete: Browser) -> None:
    _, best, _ = submitted(portal, "Ada", 3.0, 8.0, 5.0)
    portal.person("Ben")
    page = grete.get(BOOK).text
    ada = row_of(page, "Ada")
    assert f"/submissions/{best}/marking" in ada
    assert "<strong>8</strong>" in ada
    assert "attempt 2 of 3" in ada
    assert "Nothing submitted" in row_of(page, "Ben")
    assert "Mean" in page


def test_each_cell_shows_its_flags(portal: Portal, grete: Browser) -> None:
    [ada], [ben], [chen] = (submitted(portal, name, 5.0) for name in ("Ada", "Ben", "Chen"))
    portal.set(due_at=portal.now() - timedelta(days=1), late_percent_per_day=10.0)
    with portal.database.write() as session:
        person_id = session.query(Person).filter_by(name="Grete").one().id
        for submission, marks in (
            (ada, MarkingValues(override=7.0, reason="because")),
            (ben, MarkingValues(unreleased=True)),
        ):
            save_values(session, session.get_one(Submission, submission), marks, person_id, 0)
        owner = session.get_one(Submission, chen).person_id
        records_of = {"assignment_id": portal.assignment_id, "person_id": owner, "granted_by": person_id}
        session.add(Extension(due_at=portal.now() + timedelta(days=1), **records_of))
    page = grete.get(BOOK).text
    assert ">override<" in row_of(page, "Ada")
    assert "<strong>7</strong>" in row_of(page, "Ada")
    assert ">unreleased<" in row_of(page, "Ben")
    assert "late −" in row_of(page, "Ben")
    assert ">extension<" in row_of(page, "Chen")
    assert "late −" not in row_of(page, "Chen")


def test_what_waits_and_what_was_not_graded_is_flagged(portal: Portal, grete: Browser) -> None:
    portal.submit(portal.logged_in("Ada"))
    assert ">waiting<" in row_of(grete.get(BOOK).text, "Ada")
    with portal.database.write() as session:
        claim_run(session, "interactive", "a slot", 0.0)
    with portal.database.write() as session:
        sweep_runs(session, portal.now() + timedelta(hours=1), 1)
    assert ">not graded<" in row_of(grete.get(BOOK).text, "Ada")


def test_it_is_sorted_by_any_column(portal: Portal, grete: Browser) -> None:
    for name, points in (("Ben", 9.0), ("ada", 2.0), ("Chen", 5.0)):
        submitted(portal, name, points)
    portal.person("Dora")
    orders = {
        "": ["ada", "Ben", "Chen", "Dora"],
        "?sort=name&order=down": ["Dora", "Chen", "Ben", "ada"],
        "?sort=at-double": ["ada", "Chen", "Ben", "Dora"],
        "?sort=at-double&order=down": ["Ben", "Chen", "ada", "Dora"],
        "?sort=total&order=down": ["Ben", "Chen", "ada", "Dora"],
        "?sort=at-nothing": ["ada", "Ben", "Chen", "Dora"],
    }
    assert {asked: names(grete.get(BOOK + asked).text) for asked in orders} == orders


def test_it_is_filtered_by_section_name_and_address(portal: Portal, grete: Browser) -> None:
    for name in ("Ada", "Ben", "Chen"):
        portal.person(name)
    with portal.database.write() as session:
        for membership in session.query(Membership).join(Person).filter(Person.name != "Ben"):
            membership.section = "Monday"
    for asked, found in {
        "?section==Monday": ["Ada", "Chen"],
        "?section==": ["Ben"],
        "?q=EN": ["Ben", "Chen"],
        "?q=ada%40example": ["Ada"],
        "?q=%25": [],
        "?section==Monday&q=chen": ["Chen"],
    }.items():
        page = grete.get(BOOK + asked)
        assert (page.status_code, names(page.text)) == (200, found), asked
    assert "Nobody found" in grete.get(f"{BOOK}?q=zzz").text


def test_it_has_pages(portal: Portal, grete: Browser) -> None:
    people(portal, ROWS_PER_PAGE + 1)
    assert len(names(grete.get(BOOK).text)) == ROWS_PER_PAGE
    last = grete.get(f"{BOOK}?page=2").text
    assert len(names(last)) == 1
    assert "Page 2 of 2" in last
    for page in ("99", "0", "x", "-1", "9" * 30):
        assert grete.get(f"{BOOK}?page={page}").status_code == 200


def people(portal: Portal, count: int) -> None:
    with portal.database.write() as session:
        made = [Person(email=f"s{number}@example.org", name=f"Student {number:03}") for number in range(count)]
        session.add_all(made)
        session.flush()
        session.add_all(Membership(course_id=portal.course_id, person_id=person.id) for person in made)


@pytest.mark.parametrize("path", [BOOK, f"{BOOK}/export", "/courses/ml/not-graded"])
def test_it_is_for_staff(portal: Portal, path: str) -> None:
    for name, role, status in (("Ada", "student", 404), ("Eve", None, 404), ("Ines", "instructor", 200)):
        assert portal.logged_in(name, role).get(path).status_code == status  # type: ignore[arg-type]


def test_an_empty_course_says_what_to_do(portal: Portal, grete: Browser) -> None:
    assert "No students yet" in grete.get(BOOK).text
    with portal.database.write() as session:
        session.query(Assignment).delete()
    assert "No assignments yet" in grete.get(BOOK).text


def test_no_cell_of_the_table_is_a_formula(portal: Portal, grete: Browser) -> None:
    submitted(portal, "Ada", 7.25)
    with portal.database.write() as session:
        session.query(Person).filter_by(name="Ada").one().name = '=HYPERLINK("http://evil.example", "Ada")'
        session.query(Membership).filter_by(role="student").one().section = "@SUM(A1)"
    answer = grete.get(f"{BOOK}/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ml-gradebook.csv"'
    heading, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    values = dict(zip(heading, row, strict=True))
    assert values["Name"].startswith("'=HYPERLINK")
    assert values["Section"] == "'@SUM(A1)"
    assert (values["double: points"], values["double: of"], values["Total"]) == ("7.25", "10", "7.25")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        *(
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            (" =1", "' =1"),
        ),
        *(
            ("Ada", "Ada"),
            (-1.5, "-1.5"),
            (1234567.125, "1234567.125"),
            (1 / 3, "0.3333"),
            (7, "7"),
            (None, ""),
            ("", ""),
        ),
    ],
)
def test_text_is_made_plain_and_figures_stay(value: str | float | None, cell: str) -> None:
    assert without_formulas(value) == cell


def test_a_zip_for_gradescope_has_submissions_scored_by_a_grader_alone(portal: Portal, grete: Browser) -> None:
    submitted(portal, "Ada", 7.0)
    waiting = portal.submit(portal.logged_in("Ben")).get_json()["submission"]
    with portal.database.write() as session:
        person_id = session.query(Person).filter_by(name="Grete").one().id
        marks = MarkingValues(override=6.5, reason="It is right.")
        save_values(session, session.get_one(Submission, waiting), marks, person_id, 0)
    archive = zipfile.ZipFile(io.BytesIO(grete.get(f"{BOOK}/export?form=gradescope").data))
    assert len(archive.namelist()) == 2
    assert json.loads(archive.read("double/ben@example.org/results.json")) == {
        "score": 6.5,
        "output": "This was not graded by tests.\nA grader set the score to 6.5 points.",
    }


def test_a_zip_for_gradescope_has_no_way_out_of_its_folder(portal: Portal, grete: Browser) -> None:
    submitted(portal, "Ada", 7.0)
    with portal.database.write() as session:
        session.query(Person).filter_by(name="Ada").one().email = "../../x@example.org"
    archive = zipfile.ZipFile(io.BytesIO(grete.get(f"{BOOK}/export?form=gradescope").data))
    assert archive.namelist() == ["double/.._.._x@example.org/results.json"]
    assert grete.get(f"{BOOK}/export?form=exe").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("path", [BOOK, f"{BOOK}/export", "/submissions/{}/marking"])
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, grete: Browser, path: str) -> None:
    database = portal.app.extensions["gradeloop"].database
    [submission] = submitted(portal, "Ada", 4.0)
    few = queries(grete, database, path.format(submission))
    for number in range(3):
        submitted(portal, f"Student{number}", 4.0, 5.0)
        with portal.database.write() as session:
            person_id = session.query(Person).filter_by(name="Grete").one().id
            comment_on(session, [submission], "Look here.", person_id, "double.py", 1)
            assignment = session.get_one(Assignment, portal.assignment_id)
            add_item(session, assignment, f"Item {number}", 1.0, person_id)
            kept = session.get_one(Submission, submission)
            request_run(session, kept, queue="background")
            session.add(Assignment(course_id=portal.course_id, slug=f"a{number}", version_hash=kept.version_hash))
    many = queries(grete, database, path.format(submission))
    assert len(many) <= len(few), "\n\n".join(many)


def test_who_withdrew_is_shown_and_exported_only_if_asked_for(portal: Portal, grete: Browser) -> None:
    submitted(portal, "Ada", 3.0)
    with portal.database.write() as session:
        ada = session.scalars(select(Membership).join(Person).where(Person.name == "Ada")).one()
        ada.withdrawn_at = portal.now()
    assert names(grete.get(BOOK).text) == []
    assert "Ada" not in grete.get(f"{BOOK}/export").text
    page = grete.get(f"{BOOK}?withdrawn=1").text
    assert names(page) == ["Ada"]
    assert "withdrawn" in row_of(page, "Ada")
    [row] = csv.DictReader(io.StringIO(grete.get(f"{BOOK}/export?withdrawn=1").text.lstrip("\ufeff")))
    assert (row["Name"], row["Withdrawn"]) == ("Ada", "yes")
    assert f"{BOOK}/export?withdrawn=1" in page
