"""A run for other systems: Gradescope's results.json and JUnit XML."""

from typing import Any
from xml.etree import ElementTree

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
        "output": explanation(test),
    }


def to_junit(run: RunResult) -> bytes:
    """Return a run as JUnit XML; a test that ended by our fault is an `error`, a student's a `failure`."""
    failures = sum(test.outcome == "failed" for test in run.tests)
    errors = sum(test.outcome == "error" for test in run.tests) + (run.outcome != "graded")
    suite = ElementTree.Element(
        "testsuite",
        name=run.assignment,
        tests=str(len(run.tests)),
        failures=str(failures),
        errors=str(errors),
        time=f"{run.duration_ms / 1000:.3f}",
    )
    for test in run.tests:
        file, _, name = test.name.partition("::")
        seconds = f"{test.duration_ms / 1000:.3f}"
        case = ElementTree.SubElement(suite, "testcase", classname=file.removesuffix(".py"), name=name, time=seconds)
        if test.outcome != "passed":
            kind = "failure" if test.outcome == "failed" else "error"
            ElementTree.SubElement(case, kind, message=_xml(test.title)).text = _xml(explanation(test))
        if test.output:
            ElementTree.SubElement(case, "system-out").text = _xml(test.output)
    if run.outcome != "graded":
        ElementTree.SubElement(suite, "system-err").text = _xml(f"not graded: {run.message}")
    ElementTree.indent(suite)
    written: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written


def explanation(test: TestResult) -> str:
    """Return all that is said about a test that did not pass: message, diagnosis and hint, as paragraphs."""
    return "\n\n".join(filter(None, (test.message, test.diagnosis, test.hint)))


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(character for character in text if character in "\t\n\r" or character.isprintable())
