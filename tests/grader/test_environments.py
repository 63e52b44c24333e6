"""What is loaded before the first submission comes."""

import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from grader.environments import ENVIRONMENTS

LOADED = """
import sys
from grader.environments import ENVIRONMENTS, warm_up
warm_up("numpy")
print(*(name for name in ENVIRONMENTS["numpy"].preloaded if name not in sys.modules))
try:
    import torch
except ModuleNotFoundError as error:
    print(error.name)
"""
LEARNS_AFTER_FORK = """
import os
from grader.environments import use_threads, warm_up
warm_up("torch")
child = os.fork()
if child == 0:
    import torch
    use_threads(THREADS)
    w = torch.ones(300_000, requires_grad=True)
    (w**2).sum().backward()
    os._exit(torch.get_num_threads() if w.grad.eq(2.0).all() else 100)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def printed(program: str) -> str:
    """Run a program in an interpreter of its own and return what it printed."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_numpy_has_all_that_it_names_loaded_and_no_torch_even_where_that_is_installed() -> None:
    assert printed(LOADED) == "torch"


def test_the_versions_that_students_read_are_those_that_are_pinned() -> None:
    root = Path(__file__).parents[2]
    for name, environment in ENVIRONMENTS.items():
        pins = (root / "worker" / "image" / "requirements" / f"{name}.txt").read_text()
        for library, offered in environment.libraries.items():
            pin = f"{'scikit-learn' if library == 'sklearn' else library}=={offered.version}"
            assert pin in pins
            assert pin in (root / "pyproject.toml").read_text()


def test_an_environment_says_what_it_offers_in_a_line() -> None:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert str(ENVIRONMENTS["numpy"]) == f"Python {python}, NumPy {numpy.__version__}"


def test_torch_has_all_that_numpy_has() -> None:
    assert set(ENVIRONMENTS["numpy"].preloaded) < set(ENVIRONMENTS["torch"].preloaded)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_process_forked_after_warming_up_computes_gradients_on_the_threads_asked_for(threads: str) -> None:
    pytest.importorskip("torch")
    assert printed(LEARNS_AFTER_FORK.replace("THREADS", threads)) == threads
