"""The record of a run: its JSON and its score."""

import dataclasses
import json

import pytest

from grader.results.run import OUTCOMES, VISIBILITIES, RunResult, TestResult, score_of
from tests.runs import BROKEN, DRAWN, FAILED, PASSED, not_graded, run_of


@pytest.mark.parametrize(
    "run", [run_of(PASSED, FAILED), run_of(DRAWN), run_of(), not_graded("the judge is gone", PASSED, BROKEN)]
)
def test_a_run_comes_back_from_its_json(run: RunResult) -> None:
    assert RunResult.from_json(json.loads(json.dumps(run.to_json()))) == run


def test_json_names_each_field_of_a_run_and_of_a_test() -> None:
    data = run_of(PASSED).to_json()
    assert list(data) == [field.name for field in dataclasses.fields(RunResult)]
    assert list(data["tests"][0]) == [field.name for field in dataclasses.fields(TestResult)]


def test_a_run_that_was_not_graded_has_no_score() -> None:
    assert not_graded().to_json()["score"] is None


def test_failed_are_all_that_did_not_pass_whosever_fault() -> None:
    assert run_of(PASSED, FAILED, BROKEN).failed() == (FAILED, BROKEN)


def test_a_run_is_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        run_of().score = 100.0  # type: ignore[misc]


def test_the_score_is_the_sum_of_points() -> None:
    assert score_of([PASSED, FAILED]) == 1.0
    assert score_of([]) == 0.0


@pytest.mark.parametrize(("points", "cases"), [(1, 3), (2, 7), (1, 6), (0.1, 3), (5, 11), (1000, 9), (1, 97)])
def test_the_shares_of_all_cases_add_up_to_the_points(points: float, cases: int) -> None:
    share = dataclasses.replace(PASSED, points=points / cases)
    assert score_of([share] * cases) == points


def test_tenths_add_up_to_tenths() -> None:
    assert score_of([dataclasses.replace(PASSED, points=0.1)] * 3) == 0.3


def test_pytest_does_not_take_a_result_for_a_test() -> None:
    assert TestResult.__test__ is False


def test_there_are_three_outcomes_and_gradescopes_four_visibilities() -> None:
    assert OUTCOMES == ("passed", "failed", "error")
    assert VISIBILITIES == ("visible", "after_due_date", "after_published", "hidden")


def test_an_explanation_leaves_out_what_there_is_not() -> None:
    assert PASSED.explanation == ""
    assert dataclasses.replace(FAILED, diagnosis=None).explanation == f"{FAILED.message}\n\n{FAILED.hint}"
