"""A run for Gradescope."""

import json
from dataclasses import replace

import pytest

from grader.exports.gradescope import to_gradescope
from grader.results.run import VISIBILITIES
from tests.runs import BROKEN, FAILED, PASSED, not_graded, run_of


def test_gradescope_reads_score_time_and_each_test() -> None:
    assert to_gradescope(run_of(PASSED, FAILED)) == {
        "score": 1.0,
        "execution_time": 0.123,
        "output": "",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "number": "1",
                "name": "The double of 2 is 4.",
                "score": 1.0,
                "max_score": 1.0,
                "status": "passed",
                "visibility": "visible",
                "output": "",
            },
            {
                "number": "2",
                "name": "Arrays of 3 numbers are doubled.",
                "score": 0.0,
                "max_score": 2.0,
                "status": "failed",
                "visibility": "visible",
                "output": "Your answer is the right answer times itself.\n\nYou squared.\n\nAdd the array to itself.",
            },
        ],
    }


def test_gradescope_gets_no_score_where_nothing_was_graded() -> None:
    results = to_gradescope(not_graded("the judge is gone", PASSED))
    assert "score" not in results
    assert results["output"] == "the judge is gone"


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_gradescope_hides_what_is_to_be_hidden(visibility: str) -> None:
    results = to_gradescope(run_of(replace(FAILED, visibility=visibility)))
    assert results["tests"][0]["visibility"] == visibility


def test_gradescope_results_are_json() -> None:
    assert json.loads(json.dumps(to_gradescope(run_of(PASSED, FAILED, BROKEN))))["tests"]
