"""docs/api.md names what the API has: each path, each status, each field of what it gives."""

import json
import re
from typing import Any

import pytest

from tests.docs.pages import blocks, text
from web import create_app
from web.api.schemas import AssignmentOut, Assignments, Courses, HistoryOut, SubmissionIn, SubmissionOut, SubmittedOut
from worker.settings import Settings

PAGE = text("docs/api.md")


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    app = create_app(Settings(database_url="sqlite:////nowhere/records.db", secret_key="x"))
    described: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    app.extensions["gradeloop"].close()
    return described


def test_each_endpoint_has_its_section(description: dict[str, Any]) -> None:
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in description["paths"].items()
        for method in operations
    }
    assert set(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)) == there


def test_each_failure_is_in_the_table(description: dict[str, Any]) -> None:
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    statuses = {status for operation in operations for status in operation["responses"] if status >= "400"}
    sandboxes = re.findall(r"^\| (\d{3}(?:, \d{3})*) \|", PAGE, re.MULTILINE)
    assert {status for sandbox in sandboxes for status in sandbox.split(", ")} == statuses


@pytest.mark.parametrize("model", [AssignmentOut, SubmissionOut])
def test_each_field_is_named(model: type[AssignmentOut] | type[SubmissionOut]) -> None:
    plain = {"course", "slug", "title", "summary", "topics", "urls", "id"}
    for name in set(model.model_fields) - plain:
        assert f"`{name}`" in PAGE or f'"{name}"' in PAGE, name


def test_the_examples_are_what_is_taken_and_given() -> None:
    examples = [json.loads(block) for block in blocks(PAGE, "json")]
    models = [Courses, Assignments, SubmissionIn, SubmittedOut, HistoryOut]
    for model, example in zip(models, examples, strict=True):
        assert model.model_validate_json(json.dumps(example))
