"""The environments of assignments: what students may import, and what is loaded before the first submission comes."""

import importlib
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

EnvironmentName = Literal["numpy", "torch", "data"]
ENVIRONMENT_NAMES: Final[tuple[EnvironmentName, ...]] = get_args(EnvironmentName)

PRACTICE: Final = 10  # Python has adapted its instructions to what they work on by then

_STANDARD: Final = """
    abc bisect cmath collections contextlib copy csv dataclasses datetime decimal enum fractions functools heapq
    inspect itertools json linecache math operator pathlib pprint random re statistics string textwrap time
    traceback types typing warnings
""".split()  # noqa: SIM905 - a list of words reads better as words
_NUMPY: Final = ("numpy", "numpy.fft", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma", "numpy.random")
_TORCH: Final = (
    "torch",
    "torch._dynamo",  # torch.optim imports it at first use, which takes a second or two
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
)
# All that may be wanted: a sandbox sees no files to import from.
_DATA: Final = (
    "pandas",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    *"""
        scipy.integrate scipy.interpolate scipy.linalg scipy.optimize scipy.signal scipy.sparse scipy.spatial
        scipy.special scipy.stats sklearn.cluster sklearn.compose sklearn.datasets sklearn.decomposition
        sklearn.dummy sklearn.ensemble sklearn.feature_selection sklearn.impute sklearn.linear_model sklearn.metrics
        sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.neural_network sklearn.pipeline
        sklearn.preprocessing sklearn.svm sklearn.tree
    """.split(),  # noqa: SIM905 - a list of words reads better as words
)


@dataclass(frozen=True)
class Library:
    """A library that an environment offers: how it is written, and its version."""

    title: str
    version: str

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


@dataclass(frozen=True)
class Environment:
    """What a submission may import.

    Attributes:
        libraries: what there is besides Python's standard library, by the names to import.
        preloaded: the modules that judge and sandbox server import beforehand.
    """

    libraries: Mapping[str, Library]
    preloaded: tuple[str, ...]

    def offers(self, module: str) -> bool:
        """Tell whether a submission may import a module, given by its name at the top level."""
        return module in self.libraries or module in sys.stdlib_module_names

    def __str__(self) -> str:
        python = ".".join(platform.python_version_tuple()[:2])
        return ", ".join([f"Python {python}", *map(str, self.libraries.values())])


# The versions are those that setup and the images' requirements pin.
_NUMPY_LIBRARY: Final = {"numpy": Library("NumPy", "2.4.6" if sys.version_info < (3, 12) else "2.5.5")}
_TORCH_LIBRARY: Final = {"torch": Library("PyTorch", "2.13.0")}
_DATA_LIBRARIES: Final = {
    "scipy": Library("SciPy", "1.17.1"),
    "pandas": Library("pandas", "3.1.1"),
    "matplotlib": Library("Matplotlib", "3.11.2"),
    "sklearn": Library("scikit-learn", "1.9.1"),
}
ENVIRONMENTS: Final[Mapping[str, Environment]] = {
    "numpy": Environment(_NUMPY_LIBRARY, (*_STANDARD, *_NUMPY)),
    "torch": Environment(_NUMPY_LIBRARY | _TORCH_LIBRARY, (*_STANDARD, *_NUMPY, *_TORCH)),
    "data": Environment(_NUMPY_LIBRARY | _DATA_LIBRARIES, (*_STANDARD, *_NUMPY, *_DATA)),
}


def warm_up(environment: str) -> None:
    """Import all that an environment offers, and rehearse until nothing happens for the first time any more.

    Gradients may be computed before a fork only because torch finds no other device here than the processor, and
    computes on one thread: else autograd or OpenMP would have started threads, which a fork does not have.
    """
    for name in ENVIRONMENTS[environment].preloaded:
        importlib.import_module(name)
    if environment == "data":
        _draw_once()
    if environment == "numpy":
        sys.modules["torch"] = None  # type: ignore[assignment] # installed or not, a suite cannot import it either
    use_threads(1)
    for _ in range(PRACTICE):
        rehearse()


def _draw_once() -> None:
    """Draw a figure for no one to see: Matplotlib imports some of itself, and reads its fonts, when it first draws."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="line")
    axes.legend()
    figure.canvas.draw()
    pyplot.close(figure)


def use_threads(threads: int) -> None:
    """Let torch compute on so many threads; to be called in the process that computes.

    Where a process has set more than one, every fork of it starts with a second thread, and a process of two threads
    cannot enter namespaces. (numpy takes its number from the environment variables, and starts its threads anew.)
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)


def rehearse() -> None:
    """Take a step of each optimiser with a tiny model, where torch is there.

    A fresh fork copies each page that it first touches: this is for the process that computes, before it is needed.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    body = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    inputs, classes = torch.zeros(4, 3), torch.tensor([0, 1, 0, 1])
    for make in (torch.optim.SGD, torch.optim.Adam):
        optimizer = make(body.parameters(), lr=0.1)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(body(inputs), classes).backward()
        optimizer.step()
    body.eval()
    with torch.no_grad():
        body(inputs).argmax(dim=1).sum().item()
