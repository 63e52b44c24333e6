"""What is loaded before the first submission comes."""

import subprocess
import sys

import pytest

from grader.environments import ENVIRONMENTS

LOADED = """
import sys
from grader.environments import ENVIRONMENTS, warm_up
warm_up("numpy")
print(*(name for name in ENVIRONMENTS["numpy"] if name not in sys.modules), "torch" in sys.modules)
"""
LEARNS_AFTER_FORK = """
import os
from grader.environments import warm_up
warm_up("torch")
child = os.fork()
if child == 0:
    import torch
    w = torch.ones(3, requires_grad=True)
    (w**2).sum().backward()
    os._exit(0 if w.grad.tolist() == [2.0, 2.0, 2.0] else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), __import__("torch").get_num_threads())
"""


def printed(program: str) -> str:
    """Run a program in an interpreter of its own and return what it printed."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_numpy_has_all_that_it_names_loaded_and_no_torch() -> None:
    assert printed(LOADED) == "False"


def test_torch_has_all_that_numpy_has() -> None:
    assert set(ENVIRONMENTS["numpy"]) < set(ENVIRONMENTS["torch"])


def test_a_process_forked_after_warming_up_computes_gradients_on_the_threads_asked_for() -> None:
    pytest.importorskip("torch")
    assert printed(LEARNS_AFTER_FORK) == "0 1"
