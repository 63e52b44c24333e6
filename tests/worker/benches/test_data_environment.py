"""The environment with libraries for data: what it offers works in a sandbox, and what it does not is refused."""

from collections.abc import Iterator

import pytest

from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, submission_of
from worker.benches.bench import Bench
from worker.isolation.bubblewrap import Bubblewrap

DOUBLE = bundle_named("double")
MANIFEST = DOUBLE.files["assignment.toml"].replace(b'"numpy"', b'"data"')
BUNDLE = Bundle.from_files("double", {**DOUBLE.files, "assignment.toml": MANIFEST})
USES_THEM = b"""\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LinearRegression


def double(x):
    plt.plot([1, 2])
    line = LinearRegression().fit(np.arange(5.0)[:, None], 2 * np.arange(5.0))
    return line.predict(np.asarray(x)[:, None])


def total(x):
    least = minimize_scalar(lambda t: (t - 1) ** 2).x
    return float(pd.Series(x).sum()) * round(least, 3)
"""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench(Bubblewrap(), "data") as bench:
        yield bench


def test_a_submission_can_use_all_of_them(bench: Bench) -> None:
    run = bench.grade(BUNDLE, submission_of(BUNDLE, USES_THEM))
    assert run.score == run.max_score, [test.message for test in run.failed()]


def test_and_nothing_else(bench: Bench) -> None:
    run = bench.grade(BUNDLE, submission_of(BUNDLE, b"import torch\n"))
    assert "`torch` is not available here." in run.message
