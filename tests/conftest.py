"""What all tests share: benches, for starting one takes a second or two, and servers."""

from collections.abc import Iterator

import pytest

from tests.services.postgres import database, database_url, postgres
from tests.services.redis import redis_server
from worker.bench import Bench
from worker.walls import Bubblewrap

__all__ = ["bench", "database", "database_url", "postgres", "redis_server", "torch_bench"]


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
