"""Answers to `backprop` that are written in another way than its known-wrong ones, and what they are called."""

import pytest

from grader.bundle.disk import read_bundle
from grader.limits import VERIFY_DIAGNOSIS_SECONDS
from grader.results.run import RunResult
from tests.assignments.test_samples import ROOT, SEED
from tests.grading import submission_of
from worker.benches.bench import Bench

BUNDLE = read_bundle(ROOT / "assignments" / "backprop")
BASE = """
import numpy as np

def s(z):
    return 1.0 / (1.0 + np.exp(-z))

def forward(X, W1, b1, W2, b2):
    h = s(X @ W1 + b1)
    return h, s(h @ W2 + b2)

def loss(output, Y):
    return np.sum((output - Y) ** 2) / (2 * len(Y))

def gradients(X, Y, W1, b1, W2, b2):
    h, o = forward(X, W1, b1, W2, b2)
    d2 = (o - Y) * o * (1 - o) / len(Y)
    d1 = d2 @ W2.T * h * (1 - h)
    return X.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)

def backward(X, Y, W1, b1, W2, b2):
    return gradients(X, Y, W1, b1, W2, b2)

def train_step(X, Y, W1, b1, W2, b2, lr):
    old = (W1, b1, W2, b2)
    return tuple(p - lr * g for p, g in zip(old, backward(X, Y, *old)))
"""
CHANGES = {
    "hidden_slope_plus": ("h * (1 - h)", "h * (1 + h)"),
    "half_missing_in_the_gradients": ("d2 = (o - Y)", "d2 = 2 * (o - Y)"),
    "error_of_pre_activation": ("d2 = (o - Y)", "d2 = (h @ W2 + b2 - Y)"),
    "absolute_error": ("np.sum((output - Y) ** 2) / (2 * len(Y))", "abs(output - Y).mean()"),
    "mean_over_outputs_in_the_loss": ("np.sum((output - Y) ** 2) / (2 * len(Y))", "0.5 * ((output - Y) ** 2).mean()"),
    "first_layer_summed": ("X.T @ d1, d1.sum(axis=0)", "len(Y) * X.T @ d1, len(Y) * d1.sum(axis=0)"),
    "overwrites_parameters": (
        "    return tuple(p - lr * g for p, g in zip(old, backward(X, Y, *old)))",
        "    for p, g in zip(old, backward(X, Y, *old)):\n        p[:] = p - lr * g\n    return old",
    ),
}
LAYER, SLOPE, FIRST = "h = s(X @ W1 + b1)", "h * (1 - h)", "X.T @ d1"
ACTIVATIONS = {
    "relu_hidden": {LAYER: "z = X @ W1 + b1\n    h = np.where(z > 0, z, 0.0)", SLOPE: "np.where(h > 0, 1.0, 0.0)"},
    "tanh_hidden": {LAYER: "h = 2 * s(2 * (X @ W1 + b1)) - 1", SLOPE: "(1 - h) * (1 + h)"},
    "input_activated": {LAYER: "h = s(s(X) @ W1 + b1)", FIRST: "s(X).T @ d1"},
}
# What forward has computed last is all that backward looks at.
STALE = BASE.replace(
    "    return h, s(h @ W2 + b2)\n", "    global kept\n    kept = h, s(h @ W2 + b2)\n    return kept\n"
).replace("    h, o = forward(X, W1, b1, W2, b2)\n", "    h, o = kept\n")


def grade(bench: Bench, source: str) -> RunResult:
    return bench.grade(BUNDLE, submission_of(BUNDLE, source), SEED, diagnosis_seconds=VERIFY_DIAGNOSIS_SECONDS)


@pytest.mark.parametrize("name", CHANGES)
def test_a_mistake_is_named_however_it_is_written(bench: Bench, name: str) -> None:
    old, new = CHANGES[name]
    assert old in BASE
    run = grade(bench, BASE.replace(old, new))
    assert {test.wrong for test in run.failed() if test.wrong} == {name}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_another_activation_is_named(bench: Bench, name: str) -> None:
    source = BASE
    for old, new in ACTIVATIONS[name].items():
        assert old in source
        source = source.replace(old, new)
    assert {test.wrong for test in grade(bench, source).failed() if test.wrong} == {name}


def test_values_of_an_earlier_call_are_named_by_the_gradient_check(bench: Bench) -> None:
    said = {test.name: test.message for test in grade(bench, STALE).failed()}
    assert "of an earlier call of forward" in said["test_hidden.py::test_gradient[case 1]"]


def test_a_bias_gradient_of_one_row_costs_less_than_a_missing_slope(bench: Bench) -> None:
    row, slope = (
        grade(bench, BUNDLE.wrong[name].files["network.py"].decode()) for name in ("bias_columns", "no_hidden_slope")
    )
    assert row.score is not None
    assert slope.score is not None
    assert row.max_score - row.score <= 3 < slope.max_score - slope.score
