"""A run as JUnit XML."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from grader.exports.junit import to_junit
from grader.results.run import RunResult
from tests.runs import BROKEN, FAILED, PASSED, not_graded, run_of


def junit(run: RunResult) -> ElementTree.Element:
    return ElementTree.fromstring(to_junit(run))


def test_junit_counts_tests_failures_and_errors() -> None:
    suite = junit(run_of(PASSED, FAILED, BROKEN))
    assert suite.tag == "testsuite"
    assert suite.attrib == {"name": "double", "tests": "3", "failures": "1", "errors": "1", "time": "0.123"}


def test_junit_names_a_test_by_file_and_function() -> None:
    case = junit(run_of(FAILED)).find("testcase")
    assert case is not None
    assert case.attrib == {"classname": "test_hidden", "name": "test_shape[3]", "time": "0.007"}


def test_junit_tells_a_students_failure_from_an_error_of_ours() -> None:
    suite = junit(run_of(PASSED, FAILED, BROKEN))
    assert [[child.tag for child in case] for case in suite] == [["system-out"], ["failure"], ["error"]]


def test_junit_holds_title_explanation_and_output() -> None:
    suite = junit(run_of(PASSED, FAILED))
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Arrays of 3 numbers are doubled."
    assert failure.text == FAILED.explanation
    assert suite.findtext("testcase/system-out") == "hello\n"


def test_junit_counts_a_run_that_was_not_graded_as_an_error_and_says_why() -> None:
    suite = junit(not_graded("the judge is gone"))
    assert suite.get("errors") == "1"
    assert suite.findtext("system-err") == "not graded: the judge is gone"


@pytest.mark.parametrize("text", ["\x1b[2J\x07", "\x00", "\ud800", "]]>", "</testcase>", "a\ufffe\uffff", "&amp; <"])
def test_junit_is_well_formed_whatever_a_student_prints_or_a_message_quotes(text: str) -> None:
    suite = junit(run_of(replace(PASSED, output=f"before{text}after"), replace(FAILED, message=text)))
    printed = suite.findtext("testcase/system-out") or ""
    assert printed.startswith("before")
    assert printed.endswith("after")
    assert "\x1b" not in printed


def test_junit_keeps_wide_letters() -> None:
    assert junit(run_of(replace(PASSED, output="σ(z) 零 😀\n\t"))).findtext("testcase/system-out") == "σ(z) 零 😀\n\t"
