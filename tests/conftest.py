"""What all tests share: benches, for starting one takes a second or two."""

from collections.abc import Iterator

import pytest

from worker.bench import Bench
from worker.walls import Bubblewrap


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
