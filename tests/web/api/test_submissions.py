"""Submitting by a program: the page's rules and sentences, and results as the page shows them."""

from datetime import timedelta
from typing import Any

import pytest

from records.submissions.models import Submission
from tests.runs import DRAWN, FAILED, PASSED
from tests.services.postgres import ON_SQLITE
from tests.web.api.program import Program
from tests.web.portal import RIGHT, Portal, passed


def test_what_is_submitted_is_taken_and_waits(program: Program) -> None:
    program.portal.set(attempts=2)
    answer = program.submit()
    taken = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, taken["urls"]["submission"])
    assert (taken["kind"], taken["attempts_used"], taken["attempts_left"]) == ("submit", 1, 1)
    shown = program.get(f"/submissions/{taken['id']}").get_json()
    assert (shown["state"], shown["points"], shown["tests"]) == ("queued", None, [])
    assert shown["queue_position"] == {"position": 1, "ahead": 0, "eta_seconds": None}
    assert (shown["course"], shown["assignment"], shown["title"]) == ("ml", "double", "Double a vector")


def test_a_check_uses_no_attempt(program: Program) -> None:
    program.portal.set(attempts=1)
    taken = program.submit(kind="check").get_json()
    assert (taken["kind"], taken["attempts_used"], taken["attempts_left"]) == ("check", 0, 1)


def test_results_are_those_of_the_page(program: Program) -> None:
    secret = passed("test_hidden.py::test_secret", visibility="hidden", output="secret")
    shown = program.graded([PASSED, FAILED, DRAWN, secret])
    assert (shown["state"], shown["points"], shown["max_points"], shown["final_score"]) == ("graded", 1.0, 5.0, 1.0)
    assert (shown["passed"], shown["withheld"], shown["counts"], shown["queue_position"]) == (1, 1, True, None)
    assert [test["name"] for test in shown["tests"]] == [FAILED.name, DRAWN.name, PASSED.name]
    failed, drawn, _ = shown["tests"]
    assert (failed["message"], failed["diagnosis"], failed["hint"]) == (FAILED.message, FAILED.diagnosis, FAILED.hint)
    assert (failed["file"], failed["line"], failed["public"]) == ("double.py", 5, False)
    assert drawn["pictures"] == [picture.to_json() for picture in DRAWN.pictures]
    assert "secret" not in program.get(f"/submissions/{shown['id']}").text


def test_lateness_is_told_and_taken_off(program: Program) -> None:
    program.portal.set(due_at=program.portal.now() - timedelta(hours=1), late_percent_per_day=50.0)
    shown = program.graded([passed()])
    assert (shown["points"], shown["percent_off"], shown["final_score"]) == (1.0, 50.0, 0.5)
    assert shown["late"] == "Submitted late, which takes 50 % off: 0.5 points count."


def test_history_tells_what_counts_page_by_page(program: Program) -> None:
    points = [0.0, 2.0, 1.0]
    ids = [program.graded([passed(points=given, max_points=2.0)])["id"] for given in points]
    history = f"{program.assignment}/submissions"
    whole = program.get(history).get_json()
    assert [one["id"] for one in whole["submissions"]] == ids[::-1]
    assert [one["number"] for one in whole["submissions"]] == [3, 2, 1]
    assert [one["counts"] for one in whole["submissions"]] == [False, True, False]
    second = program.get(history, query_string={"page": 2, "per_page": 2}).get_json()
    assert ([one["id"] for one in second["submissions"]], second["total"]) == ([ids[0]], 3)
    assert program.get(history, query_string={"page": 9}).get_json()["submissions"] == []


@ON_SQLITE
@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"per_page": "101"}, {"page": "9" * 5000}, {"pgae": "2"}]
)
def test_a_page_that_cannot_be_is_refused(program: Program, query: dict[str, str]) -> None:
    answer = program.get(f"{program.assignment}/submissions", query_string=query)
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith(f"{next(iter(query))}: ")


def test_another_students_submission_is_not_found(program: Program) -> None:
    submission_id = program.graded([passed()])["id"]
    other = Program(program.portal, "Ben")
    unknown = other.get(f"/submissions/{'0' * 32}")
    for path in (f"/submissions/{submission_id}", f"/submissions/{submission_id}/events"):
        answer = other.get(path)
        assert (answer.status_code, answer.get_json()) == (404, unknown.get_json())
    assert other.get(f"{program.assignment}/submissions").get_json()["total"] == 0


def test_staff_see_all_tests_of_everybody(program: Program) -> None:
    secret = passed("test_hidden.py::test_secret", visibility="hidden")
    submission_id = program.graded([PASSED, secret])["id"]
    staff = Program(program.portal, "Grete", role="grader")
    shown = staff.get(f"/submissions/{submission_id}").get_json()
    assert (len(shown["tests"]), shown["withheld"], shown["points"]) == (2, 0, 2.0)
    elsewhere = Program(program.portal, "Olga", role=None)
    assert elsewhere.get(f"/submissions/{submission_id}").status_code == 404


def test_what_staff_submit_is_a_trial(portal: Portal) -> None:
    staff = Program(portal, role="instructor")
    assert staff.submit().get_json()["kind"] == "trial"


def test_the_rules_refuse_with_the_pages_sentence(program: Program) -> None:
    program.portal.set(attempts=1)
    assert program.submit().status_code == 201
    answer = program.submit()
    assert answer.status_code == 409
    assert (
        answer.get_json()["error"] == "All attempts are used, so this cannot be submitted any more. Check still works."
    )
    program.portal.set(attempts=0, due_at=program.portal.now() - timedelta(seconds=1))
    answer = program.submit()
    assert (answer.status_code, answer.get_json()["error"].split(",")[0]) == (409, "The due date has passed")
    assert program.portal.count(Submission) == 1


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("../double.py", RIGHT, "../double.py has a folder in its name; submit the file alone."),
        ("double.exe", RIGHT, "double.exe is not a Python file; submit double.py."),
        ("double.py", "x" * (1024 * 1024) + "é", None),
        ("double.py", "é" * (600 * 1024), "Your files are larger than 1 MiB together, which is too large."),
        ("x" * 300 + ".py", RIGHT, None),
        ("double\ud800.py", RIGHT, None),
        ("double.py", "\ud800", None),
    ],
)
def test_files_that_cannot_be_taken_are_refused(program: Program, name: str, text: str, sentence: str | None) -> None:
    answer = program.submit(text, name=name)
    assert answer.status_code == 422
    assert answer.get_json()["error"] == (sentence or answer.get_json()["error"])
    assert len(answer.get_json()["error"]) < 500
    assert program.portal.count(Submission) == 0


def test_the_name_of_an_only_file_does_not_matter(program: Program) -> None:
    assert program.submit(RIGHT, name="numpy (1).py").status_code == 201


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400),
        ("{}", "application/json", 422),
        ("null", "application/json", 422),
        ("[]", "application/json", 422),
        ('{"kind": "submit", "files": {}, "person_id": "1"}', "application/json", 422),
        ('{"kind": "trial", "files": {"double.py": ""}}', "application/json", 422),
        ('{"kind": "submit", "files": {"double.py": 1}}', "application/json", 422),
        ("kind=submit", "application/x-www-form-urlencoded", 415),
        ("", None, 415),
        (" " * (8 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_not_understood_is_refused(
    program: Program, body: Any, content_type: str | None, status: int
) -> None:
    answer = program.post(f"{program.assignment}/submissions", data=body, content_type=content_type)
    assert (answer.status_code, list(answer.get_json())) == (status, ["error"])
    assert program.portal.count(Submission) == 0


def test_more_files_than_can_be_are_refused(program: Program) -> None:
    files = {f"file_{number}.py": "" for number in range(21)}
    answer = program.post(f"{program.assignment}/submissions", json={"kind": "submit", "files": files})
    assert answer.status_code == 422


def test_a_name_that_no_database_can_hold_is_not_found(program: Program) -> None:
    assert program.get("/courses/%00/assignments").status_code == 404
    assert program.get("/submissions/%F0%9F").status_code == 404
