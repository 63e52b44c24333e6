"""The API's description of itself: valid, and kept to, whatever is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from grader import records
from tests.services.redis import Redis
from tests.web.api.program import Program
from tests.web.portal import Portal, passed

_ASSIGNMENT = "/courses/{course}/assignments/{assignment}"
OPERATIONS = [
    ("get", "/courses"),
    ("get", "/courses/{course}/assignments"),
    ("get", _ASSIGNMENT),
    ("post", f"{_ASSIGNMENT}/submissions"),
    ("get", f"{_ASSIGNMENT}/submissions"),
    ("get", "/submissions/{submission_id}"),
    ("get", "/submissions/{submission_id}/events"),
    ("get", "/courses/{course}/gradebook"),
    ("get", "/courses/{course}/gradebook/export"),
    ("post", "/courses/{course}/versions"),
    ("post", f"{_ASSIGNMENT}/publish"),
    ("get", "/studies/{study_id}"),
    ("post", "/courses/{course}/reruns"),
    ("get", "/reruns/{rerun_id}"),
    ("get", "/reruns/{rerun_id}/comparison"),
    *(("post", f"/reruns/{{rerun_id}}/{verb}") for verb in ("pause", "resume", "cancel", "apply", "discard", "undo")),
]
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if "{" in path or mode is GenerationMode.POSITIVE  # else there is nothing to be got wrong
]


@pytest.fixture(scope="module")
def asking(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program at a portal where one submission waits and another is graded; it may ask as often as it likes."""
    database = records.open_database(f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db")
    records.migrate(database)
    portal = Portal(database, redis_server.url)
    portal.app.config["RATELIMIT_ENABLED"] = False
    yield Program(portal)
    portal.close()


@pytest.fixture(scope="module")
def graded(asking: Program) -> str:
    """The id of a submission that is graded."""
    return str(asking.graded([passed(), passed("test_public.py::test_that", outcome="failed", points=0.0)])["id"])


@pytest.fixture(scope="module")
def described(asking: Program, graded: str) -> Any:
    """The description, which names what there is to be asked for, and something that there is not."""
    description = asking.client.get("/api/v1/openapi.json").get_json()
    there = {"course": "ml", "assignment": "double", "submission_id": graded, "study_id": "none", "rerun_id": "none"}
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in there:
                    parameter["schema"]["enum"] = [there[parameter["name"]], "nothing"]
    loaded = schemathesis.openapi.from_dict(description)
    loaded.app = asking.portal.app
    loaded.config.generation.update(with_security_parameters=False)  # each request has the token
    return loaded


def test_it_is_openapi_3_1(described: Any) -> None:
    assert described.specification.version == "3.1.0"
    described.validate()


@pytest.mark.parametrize(("method", "path", "mode"), CASES, ids=str)
def test_whatever_is_sent_is_answered_as_described(
    described: Any, asking: Program, method: str, path: str, mode: GenerationMode
) -> None:
    cases = described[f"/api/v1{path}"][method].as_strategy(generation_mode=mode)

    @settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def is_answered_as_described(case: schemathesis.Case) -> None:
        headers = {"Authorization": f"Bearer {asking.token}"}
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    is_answered_as_described()


def test_every_operation_is_tried(described: Any) -> None:
    found = [result.ok() for result in described.get_all_operations()]
    assert {(one.method, one.path.removeprefix("/api/v1")) for one in found} == set(OPERATIONS)
