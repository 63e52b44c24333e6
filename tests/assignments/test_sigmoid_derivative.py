"""Answers to `sigmoid_derivative` that are written in another way than its known-wrong ones, and their names."""

import pytest

from grader.bundle.disk import read_bundle
from grader.limits import VERIFY_DIAGNOSIS_SECONDS
from tests.assignments.test_samples import ROOT, SEED
from tests.grading import submission_of
from worker.benches.bench import Bench

BUNDLE = read_bundle(ROOT / "assignments" / "sigmoid_derivative")
BASE = "import numpy as np\n\ndef sigmoid(z):\n    return {sigmoid}\n\ndef sigmoid_derivative(z):\n    return {slope}\n"
RIGHT, SLOPE = "1 / (1 + np.exp(-z))", "sigmoid(z) - sigmoid(z) ** 2"
ANSWERS = {
    "precedence_of_the_other_form": ("np.exp(z) + np.exp(z)", SLOPE),
    "hard_sigmoid": ("np.minimum(1.0, np.maximum(0.0, 0.5 + z / 5))", SLOPE),
    "square_of_the_exponential": (RIGHT, "np.exp(-z) / (1 + np.exp(-2 * z))"),
    "tanh_with_its_slope": ("(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))", "1 - np.tanh(z) ** 2"),
    "relu": ("z * (z > 0)", SLOPE),
    "plus_in_the_slope": (RIGHT, "sigmoid(z) + sigmoid(z) ** 2"),
    "numerator_forgotten": (RIGHT, "(1 + np.exp(-z)) ** -2.0"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_mistake_is_named_however_it_is_written(bench: Bench, name: str) -> None:
    sigmoid, slope = ANSWERS[name]
    submission = submission_of(BUNDLE, BASE.format(sigmoid=sigmoid, slope=slope))
    run = bench.grade(BUNDLE, submission, SEED, diagnosis_seconds=VERIFY_DIAGNOSIS_SECONDS)
    assert {test.wrong for test in run.failed() if test.wrong} == {name}
