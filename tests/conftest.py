"""What all tests share: benches, for starting one takes a second or two, and servers."""

import os
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.services.engine import docker_engine, docker_images
from tests.services.postgres import database, database_url, postgres, postgres_scratch
from tests.services.redis import redis_server
from tests.web.portal import portal
from tests.worker.faults import numbers as faults
from worker.benches.bench import Bench
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.containers import Docker

__all__ = [
    "bench",
    "database",
    "database_url",
    "docker_bench",
    "docker_benches",
    "docker_engine",
    "docker_images",
    "docker_isolation",
    "docker_torch_bench",
    "portal",
    "postgres",
    "postgres_scratch",
    "redis_server",
    "torch_bench",
]


# Commands choose the isolation by what this machine has; tests say which, so that they are the same everywhere.
os.environ.setdefault("GRADELOOP_ISOLATION", "bubblewrap")
# Else a portal would make one and keep it in the folder that the tests are run in.
os.environ.setdefault("GRADELOOP_SECRET_KEY", "of the tests")


# A test that has one of these, at whatever remove, needs a server, a browser or an isolation to be there.
SERVICES: Final = {
    "bench",
    "bench_for",
    "broker",
    "chromium",
    "docker_engine",
    "fragile_postgres",
    "own_postgres",
    "own_redis",
    "postgres",
    "redis_server",
    "torch_bench",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `service` each test whose fixtures start one, so that `make test-fast` leaves it out."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        parameters = callspec.params if callspec else {}
        if SERVICES.intersection(getattr(item, "fixturenames", ())) or parameters.get("database_url") == "postgresql":
            item.add_marker(pytest.mark.service)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin without the numbers of an earlier run, in the process that reports."""
    if not hasattr(session.config, "workerinput"):
        faults.forget()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the numbers that faults have left."""
    if lines := faults.told():
        terminalreporter.section("faults, each with 200 runs in the queue")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """A bench with NumPy, behind real isolation."""
    with Bench(Bubblewrap(), "numpy") as bench:
        yield bench


@pytest.fixture(scope="session")
def torch_bench() -> Iterator[Bench]:
    """A bench with NumPy and PyTorch, behind real isolation."""
    pytest.importorskip("torch")
    with Bench(Bubblewrap(), "torch") as bench:
        yield bench


@pytest.fixture(scope="session")
def docker_isolation(docker_images: Mapping[str, str]) -> Docker:
    """The isolation made of Docker, on a real engine with the images."""
    return Docker(docker_images)


@pytest.fixture(scope="session")
def docker_benches(docker_isolation: Docker) -> Iterator[dict[str, Bench]]:
    """Benches of two containers each, by environment."""
    with Bench(docker_isolation, "numpy") as numpy, Bench(docker_isolation, "torch") as torch:
        yield {"numpy": numpy, "torch": torch}


@pytest.fixture
def docker_bench(docker_benches: dict[str, Bench]) -> Bench:
    """A bench with NumPy, in two containers; other tests may have restarted the engine under it."""
    docker_benches["numpy"].renew()
    return docker_benches["numpy"]


@pytest.fixture
def docker_torch_bench(docker_benches: dict[str, Bench]) -> Bench:
    """A bench with NumPy and PyTorch, in two containers; other tests may have restarted the engine under it."""
    docker_benches["torch"].renew()
    return docker_benches["torch"]
