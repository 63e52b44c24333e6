"""The gradebook as programs of staff see it."""

import io
import json
import zipfile

import pytest

from records.marking.marking import MarkingValues, save_values
from records.submissions.models import Submission
from tests.web.api.program import Program
from tests.web.portal import Portal, passed


@pytest.fixture
def grader(portal: Portal) -> Program:
    """A program of a grader's."""
    return Program(portal, "Grete", "grader")


@pytest.fixture
def submission(program: Program) -> str:
    """The id of a submission of Ada's, with 4 of 10 points."""
    return str(program.graded([passed(points=4.0, max_points=10.0)])["id"])


def test_students_come_with_a_cell_for_each_assignment(grader: Program, submission: str) -> None:
    book = grader.get("/courses/ml/gradebook").get_json()
    assert [column["slug"] for column in book["assignments"]] == ["double"]
    [student] = book["students"]
    assert (student["name"], student["total"], book["total"]) == ("Ada", 4.0, 1)
    [cell] = student["cells"]
    assert (cell["submission"], cell["points"], cell["max_points"]) == (submission, 4.0, 10.0)
    assert (cell["attempt"], cell["attempts"], cell["flags"]) == (1, 1, [])


def test_it_comes_in_parts(grader: Program) -> None:
    for number in range(5):
        grader.portal.person(f"Student{number}")
    part = grader.get("/courses/ml/gradebook?page=2&per_page=2").get_json()
    assert [student["name"] for student in part["students"]] == ["Student2", "Student3"]
    assert part["total"] == 5
    assert grader.get("/courses/ml/gradebook?page=9&per_page=2").get_json()["students"] == []
    assert grader.get("/courses/ml/gradebook?per_page=0").status_code == 422


@pytest.mark.parametrize("path", ["/courses/ml/gradebook", "/courses/ml/gradebook/export?form=csv"])
def test_it_is_for_staff(portal: Portal, program: Program, path: str) -> None:
    for somebody in (program, Program(portal, "Eve", None)):
        answer = somebody.get(path)
        assert (answer.status_code, "error" in answer.get_json()) == (404, True)


def test_it_is_sent_as_a_table(grader: Program, submission: str) -> None:  # noqa: ARG001 (what is submitted)
    answer = grader.get("/courses/ml/gradebook/export?form=csv")
    assert answer.mimetype == "text/csv"
    assert "Ada,ada@example.org,,4,10,1,1,," in answer.text


def test_it_is_sent_as_json_all_at_once(grader: Program, submission: str) -> None:
    for number in range(3):
        grader.portal.person(f"Student{number}")
    answer = grader.get("/courses/ml/gradebook/export?form=json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ml-gradebook.json"'
    part = grader.get("/courses/ml/gradebook?per_page=500").get_json()
    assert answer.get_json() == {name: part[name] for name in ("assignments", "students", "max_total")}
    assert [student["name"] for student in part["students"]] == ["Ada", "Student0", "Student1", "Student2"]
    assert part["students"][0]["cells"][0]["submission"] == submission


def test_it_is_sent_for_gradescope_worth_what_it_counts(grader: Program, submission: str) -> None:
    with grader.portal.database.write() as session:
        submitted = session.get_one(Submission, submission)
        marks = MarkingValues(override=9.5, reason="The statement misled you.")
        save_values(session, submitted, marks, grader.person_id, 0)
    archive = zipfile.ZipFile(io.BytesIO(grader.get("/courses/ml/gradebook/export?form=gradescope").data))
    assert archive.namelist() == ["double/ada@example.org/results.json"]
    told = json.loads(archive.read("double/ada@example.org/results.json"))
    assert told["score"] == 9.5
    assert "9.5 points" in told["output"]
    assert [test["score"] for test in told["tests"]] == [4.0]


def test_another_form_is_refused_with_a_sentence(grader: Program) -> None:
    answer = grader.get("/courses/ml/gradebook/export?form=xlsx")
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith("form:")
