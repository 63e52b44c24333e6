"""What all tests share: benches, for starting one takes a second or two, and servers."""

import os
from collections.abc import Iterator, Mapping

import pytest

from tests.services.engine import docker_engine, docker_images
from tests.services.postgres import database, database_url, postgres, postgres_scratch
from tests.services.redis import redis_server
from worker.bench import Bench
from worker.walls import Bubblewrap, Docker

__all__ = [
    "bench",
    "database",
    "database_url",
    "docker_bench",
    "docker_engine",
    "docker_images",
    "docker_torch_bench",
    "docker_wall",
    "postgres",
    "postgres_scratch",
    "redis_server",
    "torch_bench",
]


# Commands choose the wall by what this machine has; tests say which, so that they are the same everywhere.
os.environ.setdefault("GRADELOOP_WALL", "bubblewrap")


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
def docker_bench(docker_wall: Docker) -> Iterator[Bench]:
    """A bench with NumPy, in two containers."""
    with Bench(docker_wall, "numpy") as bench:
        yield bench


@pytest.fixture(scope="session")
def docker_torch_bench(docker_wall: Docker) -> Iterator[Bench]:
    """A bench with NumPy and PyTorch, in two containers."""
    with Bench(docker_wall, "torch") as bench:
        yield bench
