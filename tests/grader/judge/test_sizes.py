"""The sizes that a suite hands to the reference, as a real bench finds them."""

import pytest

from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, grade, reference_of
from worker.benches.bench import Bench

REFERENCE = '''"""Three functions."""


def train(X, y, batch_size, epochs, seed=None, shuffle=True):
    if len(X) != len(y):
        raise ValueError("X and y differ")
    return X.sum() * epochs


def double(x):
    return 2 * x


def total(x):
    return float(sum(x))
'''
SUITE = '''"""The hidden suite."""

import numpy as np
import pytest

@pytest.mark.points(1)
def test_train(student):
    """It trains."""
    student.train(np.ones((11, 3)), np.ones(11), 4, epochs=5, seed=7)
    student.total([1.0, 2.0, 3.0])
    student.double(3)

@pytest.mark.points(1)
def test_refusal(student):
    """It refuses."""
    with pytest.raises(Exception):
        student.train(np.ones((3, 3)), np.ones(2), 4, 5)
'''


@pytest.fixture
def bundle() -> Bundle:
    files = {**bundle_named("double").files, "reference.py": REFERENCE.encode(), "test_hidden.py": SUITE.encode()}
    return Bundle.from_files("double", files)


def test_axes_lists_whole_numbers_and_the_number_of_batches_are_sizes(bench: Bench, bundle: Bundle) -> None:
    calls = [call for call in bench.sizes(bundle, seed=7) if not call.public]

    assert {call.test for call in calls} == {"It trains."}  # sizes that are refused tell nothing
    train, total, double = ({name: n for name, n in call.sizes.items() if n is not None} for call in calls)
    assert train == {
        "X.shape[0]": 11,
        "X.shape[1]": 3,
        "y.shape[0]": 11,
        "batch_size": 4,
        "epochs": 5,
        "the number of batches": 3,
    }
    assert total == {"len(x)": 3}
    assert double == {"x": 3}


def test_a_run_after_it_is_as_any_other(bench: Bench) -> None:
    bench.sizes(bundle_named("double"), seed=7)
    run = grade(bench, "double", reference_of("double"))
    assert run.score == run.max_score
