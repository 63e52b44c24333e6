"""What a judge and a cell hold in memory before the first submission comes."""

import importlib
import sys
from typing import Final

__all__ = ["ENVIRONMENTS", "rehearse", "use_threads", "warm_up"]

_STANDARD: Final = [
    "abc",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "inspect",
    "itertools",
    "json",
    "linecache",
    "math",
    "operator",
    "pathlib",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "warnings",
]
_NUMPY: Final = ("numpy", "numpy.fft", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma", "numpy.random")
_TORCH: Final = (
    "torch",
    "torch._dynamo",  # torch.optim imports it at first use, which takes a second or two
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
)
ENVIRONMENTS: Final[dict[str, tuple[str, ...]]] = {
    "numpy": (*_STANDARD, *_NUMPY),
    "torch": (*_STANDARD, *_NUMPY, *_TORCH),
}


def warm_up(environment: str) -> None:
    """Import all that an environment offers, and exercise what is slow the first time.

    No gradient is computed here: a process that forks after autograd has started its threads cannot use it again.
    """
    for name in ENVIRONMENTS[environment]:
        importlib.import_module(name)
    if environment == "torch":
        _warm_up_torch()


def use_threads(threads: int) -> None:
    """Let torch compute on so many threads; to be called in the process that computes.

    Where a process has set more than one, every fork of it starts with a second thread, and a process of two threads
    cannot enter namespaces. (numpy takes its number from the environment variables, and starts its threads anew.)
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)


def rehearse() -> None:
    """Train a tiny model, where torch is there; to be called in the process that computes, before it is needed.

    A fresh fork copies each page that it first touches, and the first gradient of a process takes its time.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    body = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    inputs, classes = torch.zeros(4, 3), torch.tensor([0, 1, 0, 1])
    for make in (torch.optim.SGD, torch.optim.Adam):
        optimizer = make(body.parameters(), lr=0.1)
        for _ in range(2):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(body(inputs), classes).backward()
            optimizer.step()
    body.eval()
    with torch.no_grad():
        body(inputs).argmax(dim=1).sum().item()


def _warm_up_torch() -> None:
    import torch

    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    for optimizer in (torch.optim.SGD(model.parameters(), lr=0.1), torch.optim.Adam(model.parameters())):
        optimizer.zero_grad()
        optimizer.step()
    with torch.no_grad():
        torch.nn.functional.mse_loss(model(torch.zeros(4, 3)), torch.zeros(4, 1))
