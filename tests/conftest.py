"""What all tests share: benches, for starting one takes a second or two, and servers."""

import os
from collections.abc import Iterator, Mapping

import pytest

from tests.services.engine import docker_engine, docker_images
from tests.services.postgres import database, database_url, postgres, postgres_scratch
from tests.services.redis import redis_server
from tests.web.portal import portal
from tests.worker.faults import numbers as faults
from worker.benches.bench import Bench
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.docker import Docker

__all__ = [
    "bench",
    "database",
    "database_url",
    "docker_bench",
    "docker_benches",
    "docker_engine",
    "docker_images",
    "docker_torch_bench",
    "docker_wall",
    "portal",
    "postgres",
    "postgres_scratch",
    "redis_server",
    "torch_bench",
]


# Commands choose the wall by what this machine has; tests say which, so that they are the same everywhere.
os.environ.setdefault("GRADELOOP_WALL", "bubblewrap")
# Else a portal would make one and keep it in the folder that the tests are run in.
os.environ.setdefault("GRADELOOP_SECRET_KEY", "of the tests")


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
    """A bench with NumPy, behind real walls."""
    with Bench(Bubblewrap(), "numpy") as bench:
        yield bench


@pytest.fixture(scope="session")
def torch_bench() -> Iterator[Bench]:
    """A bench with NumPy and PyTorch, behind real walls."""
    pytest.importorskip("torch")
    with Bench(Bubblewrap(), "torch") as bench:
        yield bench


@pytest.fixture(scope="session")
def docker_wall(docker_images: Mapping[str, str]) -> Docker:
    """The wall made of Docker, on a real engine with the images."""
    return Docker(docker_images)


@pytest.fixture(scope="session")
def docker_benches(docker_wall: Docker) -> Iterator[dict[str, Bench]]:
    """Benches of two containers each, by environment."""
    with Bench(docker_wall, "numpy") as numpy, Bench(docker_wall, "torch") as torch:
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
