"""Reruns, for programs: begun, compared and decided on, by staff alone."""

import pytest

from tests.web.api.program import Program
from tests.web.portal import Portal, passed
from tests.web.reruns.test_views import failed, grade, points
from tests.web.test_queries import counted

RERUNS = "/courses/ml/reruns"
ASKED = {"assignment": "double", "which": "all", "reason": "The test of shapes was wrong."}
FAILED = failed()


@pytest.fixture
def grader(portal: Portal) -> Program:
    """A grader's program."""
    return Program(portal, "Grete", "grader")


def begin(grader: Program, **changes: object) -> str:
    answer = grader.post(RERUNS, json={**ASKED, **changes})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == answer.get_json()["urls"]["rerun"]
    return f"/reruns/{answer.get_json()['id']}"


def test_a_rerun_from_the_beginning_to_its_undoing(program: Program, grader: Program, portal: Portal) -> None:
    submission = program.graded([FAILED])["id"]
    rerun = begin(grader, version=portal.bundle.version[:10], seed=3)
    now = grader.get(rerun).get_json()
    assert (now["state"], now["underway"], now["version"], now["seed"]) == ("underway", 1, portal.bundle.version, 3)
    assert grader.post(f"{rerun}/apply", json={"scope": "all"}).status_code == 409
    grade(portal, passed())
    found = grader.get(f"{rerun}/comparison").get_json()
    assert found["counts"] == {"rises": 1, "falls": 0, "same": 0, "not_graded": 0, "waiting": 0}
    (one,) = found["submissions"]
    assert (one["submission"], one["before"], one["after"], one["flips"][0]["passes"]) == (submission, 0.0, 1.0, True)
    applied = grader.post(f"{rerun}/apply", json={"scope": "rises"}).get_json()
    assert applied["did"] == "Applied to one submission. One student was notified."
    assert applied["rerun"]["state"] == "applied"
    assert points(portal) == [1.0]
    assert grader.post(f"{rerun}/undo", json={"reason": "A mistake."}).status_code == 200
    assert points(portal) == [0.0]
    assert grader.post(f"{rerun}/discard", json={}).get_json()["rerun"]["state"] == "discarded"


def test_it_is_paused_resumed_and_cancelled(program: Program, grader: Program, portal: Portal) -> None:
    program.graded([FAILED])
    rerun = begin(grader)
    assert grader.post(f"{rerun}/pause", json={}).get_json()["rerun"]["idle"] == 1
    assert grader.post(f"{rerun}/resume", json={}).get_json()["rerun"]["underway"] == 1
    assert grader.post(f"{rerun}/cancel", json={}).get_json()["rerun"]["state"] == "cancelled"
    assert grader.post(f"{rerun}/resume", json={}).status_code == 409
    assert grade(portal, passed()) == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"which": "failing"}, "Choose the test"),
        ({"assignment": None}, "Choose an assignment"),
        ({"version": "0" * 64}, "no such version"),
        ({"version": ""}, ""),
        ({"reason": ""}, "Say why"),
        ({"which": "some"}, "which"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_makes_no_sense_is_refused(
    program: Program, grader: Program, asked: dict[str, object], sentence: str
) -> None:
    program.graded([FAILED])
    answer = grader.post(RERUNS, json={**ASKED, **asked})
    assert answer.status_code == (422 if sentence else 201)
    assert sentence in answer.text


def test_students_find_no_rerun(program: Program, grader: Program, portal: Portal) -> None:
    program.graded([FAILED])
    rerun = begin(grader)
    for other in (program, Program(portal, "Eve", None)):
        assert other.post(RERUNS, json=ASKED).status_code == 404
        assert [other.get(path).status_code for path in (rerun, f"{rerun}/comparison")] == [404, 404]
        for verb in ("pause", "resume", "cancel", "apply", "discard", "undo"):
            assert other.post(f"{rerun}/{verb}", json={}).status_code == 404


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_submissions(
    program: Program, grader: Program, portal: Portal
) -> None:
    database = portal.app.extensions["gradeloop"].database

    def asked(rerun: str) -> int:
        with counted(database) as statements:
            assert grader.get(f"{rerun}/comparison").status_code == 200
            assert grader.get(rerun).status_code == 200
        return len(statements)

    program.graded([FAILED])
    rerun = begin(grader)
    grade(portal, passed())
    grader.get(rerun)
    few = asked(rerun)
    grader.post(f"{rerun}/discard", json={})
    for number in range(4):
        Program(portal, f"Student{number}").graded([FAILED, passed("test_hidden.py::test_other")])
    rerun = begin(grader)
    grade(portal, passed())
    assert asked(rerun) <= few
