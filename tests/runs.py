"""Runs made by hand, for tests of what is done with a run."""

import random
from dataclasses import replace

from grader.results.plots import Plot, Series
from grader.results.run import RunResult, TestResult

VERIFY_SEED = 1  # of the verifications that tests make; the seeds of their runs are drawn from it
RUN_SEEDS = tuple(random.Random(VERIFY_SEED).sample(range(2**32), 10))
LOSSES = Plot(
    kind="lines",
    title="The loss of each epoch",
    x_label="epoch",
    y_label="loss",
    series=(Series("yours", (1.0, 2.0, 3.0), (2.5, None, 1e-9)), Series("reference", ("a", "b"), (2.5, 1 / 3))),
    text="Your loss falls.",
)
PASSED = TestResult(
    name="test_public.py::test_example",
    title="The double of 2 is 4.",
    points=1.0,
    max_points=1.0,
    outcome="passed",
    output="hello\n",
    duration_ms=12.5,
)
FAILED = TestResult(
    name="test_hidden.py::test_shape[3]",
    title="Arrays of 3 numbers are doubled.",
    points=0.0,
    max_points=2.0,
    outcome="failed",
    message="Your answer is the right answer times itself.",
    file="double.py",
    line=5,
    diagnosis="You squared.",
    wrong="square",
    hint="Add the array to itself.",
    duration_ms=7.5,
)
DRAWN = replace(FAILED, name="test_hidden.py::test_losses", pictures=(LOSSES, LOSSES))
BROKEN = replace(
    FAILED, outcome="error", message="The test itself raised ValueError: no", diagnosis=None, wrong=None, hint=None
)


def run_of(*tests: TestResult, **changes: object) -> RunResult:
    """Return a graded run of these tests, changed as told."""
    graded = RunResult(
        outcome="graded",
        score=sum(test.points for test in tests),
        max_score=sum(test.max_points for test in tests),
        version="a" * 64,
        submission="b" * 64,
        seed=42,
        duration_ms=123.4,
        tests=tests,
        assignment="double",
    )
    return replace(graded, **changes)


def not_graded(message: str = "the judge is gone", *tests: TestResult) -> RunResult:
    """Return a run that ended by our fault."""
    return run_of(*tests, outcome="not graded", score=None, message=message)
