"""The people of a course, for programs."""

import pytest

from tests.web.api.program import Program
from tests.web.portal import Portal

PEOPLE = "/courses/ml/people"


@pytest.fixture
def ines(portal: Portal) -> Program:
    return Program(portal, "Ines", "instructor")


def names(program: Program, **query: object) -> list[str]:
    return [one["name"] for one in program.get(PEOPLE, query_string=query).get_json()["people"]]


def test_somebody_is_withdrawn_and_enrolled_again(portal: Portal, ines: Program) -> None:
    ada = portal.person("Ada")
    answer = ines.post(f"{PEOPLE}/{ada}/withdrawn", json={"withdrawn": True, "reason": "Moved away."})
    assert (answer.status_code, answer.get_json()["withdrawn"]) == (200, True)
    assert names(ines) == ["Ines"]
    assert names(ines, withdrawn="true") == ["Ada", "Ines"]
    book = "/courses/ml/gradebook"
    assert ines.get(book).get_json()["students"] == []
    [row] = ines.get(book, query_string={"withdrawn": "true"}).get_json()["students"]
    assert (row["name"], row["withdrawn"]) == ("Ada", True)
    ines.post(f"{PEOPLE}/{ada}/withdrawn", json={"withdrawn": False})
    assert names(ines) == ["Ada", "Ines"]


def test_a_withdrawn_student_is_told_so_and_submits_nothing(portal: Portal, ines: Program) -> None:
    ada = Program(portal, "Ada")
    ines.post(f"{PEOPLE}/{ada.person_id}/withdrawn", json={"withdrawn": True})
    answer = ada.submit()
    assert answer.status_code == 409
    assert "You have withdrawn from this course" in answer.get_json()["error"]


def test_it_is_permitted_as_a_change_of_role_is(portal: Portal, ines: Program) -> None:
    amir = portal.person("Amir", "admin")
    assert ines.post(f"{PEOPLE}/{amir}/withdrawn", json={"withdrawn": True}).status_code == 403
    assert ines.post(f"{PEOPLE}/{ines.person_id}/withdrawn", json={"withdrawn": True}).status_code == 409
    assert ines.post(f"{PEOPLE}/nobody/withdrawn", json={"withdrawn": True}).status_code == 404
    gil = Program(portal, "Gil", "grader")
    assert gil.get(PEOPLE).status_code == 200
    assert gil.post(f"{PEOPLE}/{amir}/withdrawn", json={"withdrawn": True}).status_code == 404
