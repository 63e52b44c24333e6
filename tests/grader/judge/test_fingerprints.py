"""Two answers that did the same have the same fingerprint, and others have another."""

import time
from typing import Any

import numpy as np
import pytest

from grader.judge.fingerprints import fingerprint_of
from grader.judge.transcript import Deed
from grader.wire.peer import Reply
from tests.grading import bundle_named, grade, reference_of, submission_of
from worker.benches.bench import Bench


def of(*values: Any) -> str:
    return fingerprint_of([Deed("call", "double", Reply(value)) for value in values])


SAME: list[tuple[Any, Any]] = [
    (0.1 + 0.2, 0.3),
    (np.array([0.1 + 0.2, 1.0]), np.array([0.3, 1.0 - 2**-53])),
    (np.float32([0.1]) + np.float32([0.2]), np.float32([0.3])),
    (np.array([1e-17, -0.0]), np.array([0.0, 0.0])),
    (np.array([np.nan]), -np.array([np.nan])),
    ({"b", "a", "c"}, {"c", "b", "a"}),
    ({"x": [1, (2.5, None)]}, {"x": [1, (2.5, None)]}),
    (complex(0.1 + 0.2, 1), complex(0.3, 1)),
    (np.zeros((1000, 1000)), np.zeros((1000, 1000))),
]
OTHER: list[tuple[Any, Any]] = [
    (0.3, 0.300001),
    (1, 1.0),
    (True, 1),
    ([1.0], (1.0,)),
    ([[1.0], 2.0], [[1.0, 2.0]]),
    (np.zeros(3), np.zeros((3, 1))),
    (np.zeros(3), np.zeros(3, np.float32)),
    (np.array([1.0, np.nan]), np.array([1.0, np.inf])),
    (np.arange(3), np.arange(3)[::-1]),
    (np.array([2.0, 3.0]), np.array([3.0, 2.0])),
    ("ab", "ba"),
    ({"x": 1, "y": 2}, {"y": 2, "x": 1}),
    (None, ""),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=range(len(SAME)))
def test_what_differs_by_rounding_alone_is_the_same(one: Any, other: Any) -> None:
    assert of(one) == of(other)


@pytest.mark.parametrize(("one", "other"), OTHER, ids=range(len(OTHER)))
def test_other_values_types_shapes_and_orders_are_another_answer(one: Any, other: Any) -> None:
    assert of(one) != of(other)


def test_names_operations_and_failures_count() -> None:
    deeds = [
        Deed("call", "a", None),
        Deed("call", "b", None),
        Deed("get", "a", None),
        Deed("call", "a", None, "Raised"),
    ]

    assert len({fingerprint_of([deed]) for deed in deeds}) == len(deeds)


def test_where_nothing_was_called_there_is_none() -> None:
    assert fingerprint_of([]) == ""


def test_tensors_have_one() -> None:
    torch = pytest.importorskip("torch")

    assert of(torch.ones(2)) == of(torch.ones(2)) != of(torch.ones(2, requires_grad=True))
    assert of(torch.ones(2, dtype=torch.bfloat16)) != of(torch.ones(2))


def test_the_work_is_bounded() -> None:
    deeds = [Deed("next", "", Reply([np.ones((500, 500)), list(range(100_000)), set(range(100_000))]))] * 2_000
    begun = time.process_time()

    assert fingerprint_of(deeds)
    assert time.process_time() - begun < 1


def test_a_bench_tells_answers_with_the_same_mistake_by_their_fingerprints(bench: Bench) -> None:
    runs = {
        "plus": grade(bench, "double", "def double(x):\n    return x + 1\n"),
        "also plus": grade(bench, "double", "def double(value):\n    one = 1\n    return one + value\n"),
        "square": grade(bench, "double", "def double(x):\n    return x * x\n"),
    }
    prints = {name: [test.fingerprint for test in run.tests if test.outcome == "failed"] for name, run in runs.items()}

    assert prints["plus"] == prints["also plus"] != prints["square"]
    assert any(prints["plus"])


def test_what_passed_and_what_could_not_be_called_has_none(bench: Bench) -> None:
    for source in (reference_of("double"), b"def double(x:\n"):
        assert {test.fingerprint for test in grade(bench, "double", source).tests} == {""}


def test_another_seed_gives_other_fingerprints(bench: Bench) -> None:
    bundle = bundle_named("double")
    submission = submission_of(bundle, "def double(x):\n    return x + 1\n")
    one, other = (bench.grade(bundle, submission, seed=seed) for seed in (1, 2))

    assert [test.fingerprint for test in one.tests] != [test.fingerprint for test in other.tests]
