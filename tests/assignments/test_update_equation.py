"""Answers to `update_equation` that are written in another way than its known-wrong ones, and what they are called."""

import pytest

from grader.bundle.disk import read_bundle
from grader.limits import VERIFY_DIAGNOSIS_SECONDS
from grader.results.run import RunResult
from tests.assignments.test_samples import ROOT, SEED
from tests.grading import submission_of
from worker.benches.bench import Bench

BUNDLE = read_bundle(ROOT / "assignments" / "update_equation")
BASE = """
import numpy as np

def update(parameter, gradient, lr):
    return parameter - lr * gradient

def gradient(X, y, w, b):
    r = X @ w + b - y
    return X.T @ r / len(y), r.mean()

def mean_gradient(X, y, w, b):
    return gradient(X, y, w, b)

def walk(X, y, w, b, lr, size):
    k = 0
    for i in range(0, len(y), size):
        dw, db = gradient(X[i:i + size], y[i:i + size], w, b)
        w, b, k = w - lr * dw, b - lr * db, k + 1
    return w, b, k

def batch_epoch(X, y, w, b, lr):
    return walk(X, y, w, b, lr, len(y))

def minibatch_epoch(X, y, w, b, lr, batch_size):
    return walk(X, y, w, b, lr, batch_size)

def stochastic_epoch(X, y, w, b, lr):
    return walk(X, y, w, b, lr, 1)
"""
UPDATE = "    return parameter - lr * gradient\n"
MEAN = "def mean_gradient(X, y, w, b):\n    return gradient(X, y, w, b)\n"
MINI = "    return walk(X, y, w, b, lr, batch_size)\n"
CHANGES = {
    "divided_by_its_size": (UPDATE, "    return parameter - lr / np.size(gradient) * gradient\n"),
    "gradient_clipped": (UPDATE, "    return parameter - lr * np.minimum(1, np.maximum(-1, gradient))\n"),
    "uphill_in_update": (UPDATE, "    return lr * gradient + parameter\n"),
    "overwrites_by_slice": (
        UPDATE,
        "    if np.shape(parameter):\n        parameter[:] = parameter - lr * gradient\n        return parameter\n"
        + UPDATE,
    ),
    "divided_by_features": (
        MEAN,
        MEAN.replace(
            "return gradient(X, y, w, b)", "r = X @ w + b - y\n    return X.T @ r / X.shape[1], r.sum() / X.shape[1]"
        ),
    ),
    "count_rounded_down": (MINI, "    return (*walk(X, y, w, b, lr, batch_size)[:2], len(y) // batch_size)\n"),
    "rate_decays": (
        MINI,
        "    for k, i in enumerate(range(0, len(y), batch_size), start=1):\n"
        "        w, b, _ = walk(X[i:i + batch_size], y[i:i + batch_size], w, b, lr / k, batch_size)\n"
        "    return w, b, k\n",
    ),
    "backwards": ("    return walk(X, y, w, b, lr, 1)\n", "    return walk(X[::-1], y[::-1], w, b, lr, 1)\n"),
    "large_batches_refused": (MINI, "    if batch_size > len(X):\n        raise ValueError(batch_size)\n" + MINI),
}


def grade(bench: Bench, source: str, seed: int = SEED) -> RunResult:
    return bench.grade(BUNDLE, submission_of(BUNDLE, source), seed, diagnosis_seconds=VERIFY_DIAGNOSIS_SECONDS)


@pytest.mark.parametrize("name", CHANGES)
def test_a_mistake_is_named_however_it_is_written(bench: Bench, name: str) -> None:
    old, new = CHANGES[name]
    assert old in BASE
    run = grade(bench, BASE.replace(old, new))
    assert {test.wrong for test in run.failed() if test.wrong} == {name}


def test_a_walk_that_overflows_does_not_decide_by_chance(bench: Bench) -> None:
    source = BUNDLE.wrong["cost_as_gradient"].files["descent.py"].decode()
    assert len({grade(bench, source, seed).score for seed in (40858054, 1681992951, 3, 4)}) == 1
