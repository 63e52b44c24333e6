"""The API's description of itself: valid, and kept to, whatever is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from records.courses.models import Assignment, Course
from records.database.engine import open_database
from records.database.migrate import migrate
from records.queue.jobs import request_job
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun
from records.versions.publishing import upload_version
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
    ("get", "/courses/{course}/people"),
    ("post", "/courses/{course}/people/{person_id}/withdrawn"),
    ("post", "/courses/{course}/versions"),
    ("post", f"{_ASSIGNMENT}/publish"),
    ("get", "/jobs/{job_id}"),
    ("post", "/courses/{course}/reruns"),
    ("get", "/reruns/{rerun_id}"),
    ("get", "/reruns/{rerun_id}/comparison"),
    ("post", "/reruns/{rerun_id}/{action}"),
]
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if "{" in path or mode is GenerationMode.POSITIVE  # else there is nothing to be got wrong
]


@dataclass(frozen=True)
class World:
    """A portal with one of everything, and the programs that ask it, as often as they like.

    Attributes:
        programs: by role.
        there: what stands in addresses.
    """

    programs: Mapping[str, Program]
    there: Mapping[str, str]


@pytest.fixture(scope="module")
def world(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A portal where one submission waits and another is graded, with an verification and a rerun."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db")
    migrate(database)
    portal = Portal(database, redis_server.url)
    portal.app.config["RATELIMIT_ENABLED"] = False
    student, instructor = Program(portal), Program(portal, "Ines", "instructor")
    graded = student.graded([passed(), passed("test_public.py::test_that", outcome="failed", points=0.0)])["id"]
    student.submit()
    with database.write() as session:
        course = session.get_one(Course, portal.course_id)
        assignment = session.get_one(Assignment, portal.assignment_id)
        upload_version(session, assignment, portal.bundle, instructor.person_id)
        job = request_job(session, "verification", assignment, instructor.person_id, assignment.version_hash)
        asked = Rerun(
            course_id=course.id,
            person_id=instructor.person_id,
            reason="The suite was mended.",
            assignment_id=assignment.id,
        )
        rerun = begin_rerun(session, asked, [graded])
        ids = {"submission_id": graded, "job_id": job.id, "rerun_id": rerun.id, "person_id": student.person_id}
    yield World(
        {"student": student, "instructor": instructor},
        {"course": "ml", "assignment": "double", "action": "pause", **ids},
    )
    portal.close()


@pytest.fixture(scope="module")
def described(world: World) -> Any:
    """The description, which names what there is to be asked for, and something that there is not."""
    student = world.programs["student"]
    description = student.client.get("/api/v1/openapi.json").get_json()
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in world.there:
                    parameter["schema"]["enum"] = [world.there[parameter["name"]], "nothing"]
    loaded = schemathesis.openapi.from_dict(description)
    loaded.app = student.portal.app
    loaded.config.generation.update(with_security_parameters=False)  # each request has the token
    return loaded


def test_it_is_openapi_3_1(described: Any) -> None:
    assert described.specification.version == "3.1.0"
    described.validate()


@pytest.mark.parametrize("role", ["student", "instructor"])
@pytest.mark.parametrize(("method", "path", "mode"), CASES, ids=str)
def test_whatever_is_sent_is_answered_as_described(
    described: Any, world: World, method: str, path: str, mode: GenerationMode, role: str
) -> None:
    cases = described[f"/api/v1{path}"][method].as_strategy(generation_mode=mode)

    @settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def is_answered_as_described(case: schemathesis.Case) -> None:
        headers = {"Authorization": f"Bearer {world.programs[role].token}"}
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    is_answered_as_described()


def test_every_operation_is_tried(described: Any) -> None:
    found = [result.ok() for result in described.get_all_operations()]
    assert {(one.method, one.path.removeprefix("/api/v1")) for one in found} == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=str)
def test_what_there_is_of_everything_is_found_by_an_instructor(world: World, method: str, path: str) -> None:
    instructor = world.programs["instructor"]
    there = path.format(**world.there)
    answer = instructor.get(there) if method == "get" else instructor.post(there, json={})
    assert answer.status_code != 404
    answer.close()
