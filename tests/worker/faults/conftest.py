"""A whole service behind Docker walls, two hundred runs in its queue, and the numbers that each fault leaves."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.services.engine import Engine
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.service import Service
from tests.worker.faults.heap import Heap

_OUT: Final = Path(__file__).parents[3] / "build" / "faults.json"
_NUMBERS: Final[dict[str, Any]] = {}


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that may be harmed."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module")
def own_redis() -> Iterator[Redis]:
    """A Redis that may be harmed."""
    with Redis() as server:
        yield server


@pytest.fixture(scope="module")
def service(
    own_postgres: Postgres, own_redis: Redis, docker_engine: Engine, docker_images: dict[str, str]
) -> Iterator[Service]:
    """A service with two slots behind Docker walls."""
    assert docker_engine.host
    settings = {
        "GRADELOOP_WALL": "docker",
        "GRADELOOP_IMAGE_NUMPY": docker_images["numpy"],
        "GRADELOOP_SLOTS_INTERACTIVE": "2",
        "GRADELOOP_LEASE_SECONDS": "5",
        "GRADELOOP_SWEEP_SECONDS": "1",
    }
    with Service(own_postgres.url(f"faults_{uuid4().hex}"), own_redis.url, **settings) as service:
        yield service.start("interactive", "scheduler")


@pytest.fixture
def heap(service: Service, request: pytest.FixtureRequest) -> Iterator[Heap]:
    """Two hundred runs in the queue, of which some are graded already; after the test its numbers are kept."""
    heap = Heap(service, 200)
    begun = time.monotonic()
    heap.await_finished(20)
    yield heap
    if heap.struck is not None:
        name = request.node.name.removeprefix("test_")
        _NUMBERS[name] = {**heap.numbers(), "all_runs_seconds": round(time.monotonic() - begun, 1)}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Leave the numbers, on the screen and in build/faults.json."""
    if not _NUMBERS:
        return
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps(_NUMBERS, indent=2) + "\n")
    terminalreporter.section("faults, each with 200 runs in the queue")
    for name, numbers in _NUMBERS.items():
        told = ", ".join(f"{key} {value}" for key, value in numbers.items())
        terminalreporter.write_line(f"{name}: {told}")
