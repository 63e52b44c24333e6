"""A run as Gradescope's results.json."""

from typing import Any

from grader.results.run import RunResult, TestResult


def to_gradescope(run: RunResult) -> dict[str, Any]:
    """Return a run as Gradescope's autograder results; without a score where it was not graded.

    Source: the results.json format of Gradescope's autograder documentation.
    """
    results: dict[str, Any] = {
        "execution_time": round(run.duration_ms / 1000, 3),
        "output": run.message,
        "stdout_visibility": "hidden",
        "tests": [_gradescope_test(number, test) for number, test in enumerate(run.tests, start=1)],
    }
    if run.score is not None:
        results["score"] = run.score
    return results


def _gradescope_test(number: int, test: TestResult) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": test.title,
        "score": test.points,
        "max_score": test.max_points,
        "status": "passed" if test.outcome == "passed" else "failed",
        "visibility": test.visibility,
        "output": test.explanation,
    }
