"""docs/results.md names exactly the fields, attributes and exit statuses that exist."""

import dataclasses
import json
from xml.etree import ElementTree

import pytest

from cli.terminal.exits import NOT_GRADED, SHUT
from grader.exports.gradescope import to_gradescope
from grader.exports.junit import to_junit
from grader.results.plots import KINDS, MAX_PLOTS, MAX_POINTS, MAX_SERIES, Plot, Series
from grader.results.run import OUTCOMES, VISIBILITIES, RunResult, TestResult
from tests.docs.pages import blocks, code, rows, text
from tests.runs import BROKEN, FAILED, PASSED, not_graded, run_of

PAGE = text("docs/results.md")
TYPES = {
    "str": "text",
    "float": "number",
    "int": "whole number",
    "float | None": "number or null",
    "str | None": "text or null",
    "int | None": "whole number or null",
}


def said(heading: str) -> dict[str, list[str]]:
    return {code(row[0]): row[1:] for row in rows(PAGE, heading)}


@pytest.mark.parametrize(("heading", "record"), [("A run", RunResult), ("A test", TestResult)])
def test_every_field_is_in_the_table_in_order(heading: str, record: type) -> None:
    assert list(said(heading)) == [field.name for field in dataclasses.fields(record)]


@pytest.mark.parametrize(("heading", "record"), [("A run", RunResult), ("A test", TestResult)])
def test_every_field_has_the_type_in_the_table(heading: str, record: type) -> None:
    for field in dataclasses.fields(record):
        kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
        kind = str(field.type) if "|" in str(field.type) else kind
        if kind in TYPES:
            assert said(heading)[field.name][0] == TYPES[kind], field.name


def test_every_field_of_a_picture_is_in_its_table() -> None:
    assert list(said("A picture")) == [field.name for record in (Plot, Series) for field in dataclasses.fields(record)]
    assert all(f'`"{kind}"`' in said("A picture")["kind"][1] for kind in KINDS)
    assert f"at most {MAX_PLOTS}" in said("A test")["pictures"][1]
    assert f"at most {MAX_POINTS}" in said("A picture")["x"][1]
    assert f"1 to {MAX_SERIES}" in said("A picture")["series"][1]


def test_every_outcome_and_visibility_is_named() -> None:
    assert all(f'`"{word}"`' in said("A test")["outcome"][1] for word in OUTCOMES)
    assert all(f'`"{word}"`' in said("A test")["visibility"][1] for word in VISIBILITIES)


def test_the_example_is_a_run() -> None:
    (example,) = blocks(PAGE, "json")
    run = RunResult.from_json(json.loads(example))
    assert list(json.loads(example)) == list(run.to_json())
    assert run.tests[0].wrong == "in_place"


def test_exit_statuses_match_the_commands() -> None:
    statuses = [row[0] for row in rows(PAGE, "Exit status")]
    assert statuses == ["0", str(SHUT), "2", str(NOT_GRADED)]


def test_every_gradescope_key_is_named() -> None:
    results = to_gradescope(run_of(PASSED, FAILED))
    keys = {key for key in results if key != "tests"} | {f"tests[].{key}" for key in results["tests"][0]}
    assert set(said("Gradescope")) == keys


def test_every_junit_element_and_attribute_is_named() -> None:
    suite = ElementTree.fromstring(to_junit(not_graded("no", PASSED, FAILED, BROKEN)))
    found = {f"testsuite/@{name}" for name in suite.attrib}
    found |= {f"testsuite/{child.tag}" for child in suite if child.tag != "testcase"}
    for case in suite.iter("testcase"):
        found |= {f"testcase/@{name}" for name in case.attrib} | {f"testcase/{child.tag}" for child in case}
    assert set(said("JUnit XML")) == found
