"""A whole service behind Docker isolation, two hundred runs in its queue, and the numbers that each fault leaves."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.services.engine import Engine
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.service import Service
from tests.worker.faults.heap import Heap
from tests.worker.faults.numbers import keep

SLOTS = 2


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
    """A service with two slots behind Docker isolation."""
    assert docker_engine.host
    settings = {
        "GRADELOOP_ISOLATION": "docker",
        "GRADELOOP_IMAGE_NUMPY": docker_images["numpy"],
        "GRADELOOP_SLOTS_INTERACTIVE": str(SLOTS),
        "GRADELOOP_LEASE_SECONDS": "5",
        "GRADELOOP_SWEEP_SECONDS": "1",
    }
    with Service(own_postgres.url(f"faults_{uuid4().hex}"), own_redis.url, **settings) as service:
        yield service.start("interactive", "scheduler")


@pytest.fixture
def heap(service: Service, request: pytest.FixtureRequest) -> Iterator[Heap]:
    """Two hundred runs in the queue, of which some are graded already; after the test its numbers are kept."""
    heap = Heap(service, 200, SLOTS)
    begun = time.monotonic()
    heap.await_finished(20)
    yield heap
    if heap.struck is not None:
        told = {**heap.numbers(), "all_runs_seconds": round(time.monotonic() - begun, 1)}
        keep(request.node.name.removeprefix("test_"), told)
