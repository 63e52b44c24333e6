"""Courses and assignments as programs see them: what the page shows, to whom it shows it."""

from datetime import timedelta

import pytest

from records.submissions.admission import Refusal
from tests.web.api.program import Program
from tests.web.portal import Portal, passed


def test_somebodys_courses_are_listed(program: Program) -> None:
    assert program.get("/courses").get_json() == {
        "courses": [{"slug": "ml", "title": "Machine learning", "role": "student", "time_zone": "UTC"}]
    }


def test_who_is_in_no_course_sees_none(portal: Portal) -> None:
    stranger = Program(portal, "Eve", role=None)
    assert stranger.get("/courses").get_json() == {"courses": []}
    for path in ("/courses/ml/assignments", stranger.assignment, f"{stranger.assignment}/submissions"):
        assert stranger.get(path).status_code == 404
    assert stranger.submit().status_code == 404


def test_assignments_tell_how_one_stands_there(program: Program) -> None:
    program.graded([passed(), passed("test_hidden.py::test_that", outcome="failed", points=0.0)])
    [row] = program.get("/courses/ml/assignments").get_json()["assignments"]
    assert (row["slug"], row["title"]) == ("double", "Double a vector")
    assert (row["submitted"], row["points"], row["max_points"]) == (1, 1.0, 2.0)
    assert (row["open_yet"], row["closed"]) == (True, False)


def test_an_assignment_comes_with_all_that_one_needs(program: Program) -> None:
    program.portal.set(attempts=3, late_percent_per_day=10.0, due_at=program.portal.now() - timedelta(hours=1))
    program.submit()
    shown = program.get(program.assignment).get_json()
    bundle = program.portal.bundle
    assert shown["title"] == bundle.manifest.title
    assert shown["statement"] == bundle.prompt
    assert shown["starter"] == {name: data.decode() for name, data in bundle.starter.items()}
    assert list(shown["readable"]) == ["test_public.py"]
    policy = shown["policy"]
    assert (policy["attempts"], policy["used"], policy["left"], policy["active"]) == (3, 1, 2, "best")
    assert (policy["cost_now_percent"], policy["closed"]) == (10.0, "")


def test_nothing_of_the_suite_or_the_reference_is_shown(program: Program) -> None:
    text = program.get(program.assignment).text
    for name, data in program.portal.bundle.files.items():
        if name.startswith(("test_hidden", "reference", "wrong/", "right/")):
            assert data.decode() not in text


@pytest.mark.parametrize(("role", "status"), [("student", 404), ("grader", 200)])
def test_a_hidden_assignment_is_for_staff(portal: Portal, role: str, status: int) -> None:
    portal.set(visibility="hidden")
    program = Program(portal, role=role)
    assert program.get(program.assignment).status_code == status
    assert len(program.get("/courses/ml/assignments").get_json()["assignments"]) == (status == 200)


@pytest.mark.parametrize(("role", "status"), [("student", 409), ("instructor", 200)])
def test_before_it_opens_an_assignment_is_for_staff(portal: Portal, role: str, status: int) -> None:
    portal.set(opens_at=portal.now() + timedelta(hours=1))
    program = Program(portal, role=role)
    answer = program.get(program.assignment)
    assert answer.status_code == status
    if status == 409:
        assert answer.get_json() == {"error": str(Refusal.NOT_OPEN_YET)}


def test_an_assignment_without_tests_says_so(program: Program) -> None:
    program.portal.set(version_hash=None)
    refused = {"error": str(Refusal.NO_VERSION)}
    for answer in (program.get(program.assignment), program.submit()):
        assert (answer.status_code, answer.get_json()) == (409, refused)
