"""A run of the tests that students can read, and of no others, on a real bench."""

import pytest

from grader.bundle.bundle import Bundle
from grader.results.run import RunResult, TestResult
from tests.grading import bundle_named, reference_of, submission_of
from worker.benches.bench import Bench

TOTAL = "\n\n\ndef total(x):\n    return float(x.sum())\n"
SQUARES = f"def double(x):\n    return x**2{TOTAL}"
SIGNED_SQUARES = f"def double(x):\n    return x * abs(x){TOTAL}"
RAISES = f"def double(x):\n    raise ValueError(x){TOTAL}"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Known mistakes that the one public test cannot all tell apart."""
    wrong = {"signed_squares": SIGNED_SQUARES, "raises": RAISES}
    files = {f"wrong/{name}.py": f'"""You wrote {name}."""\n\n\n{source}'.encode() for name, source in wrong.items()}
    return Bundle.from_files("double", {**bundle_named("double").files, **files})


def check(bench: Bench, bundle: Bundle, source: str | bytes) -> RunResult:
    run = bench.grade(bundle, submission_of(bundle, source), seed=7, public_only=True)
    assert run.outcome == "graded", run.message
    assert [test.name for test in run.tests] == ["test_public.py::test_double_example"]
    assert run.max_score == 1
    return run


def test_a_check_gives_the_points_of_the_public_tests(bench: Bench) -> None:
    bundle = bundle_named("double")

    assert float(bundle.points_of(public_only=True)) == 1
    assert check(bench, bundle, reference_of("double")).score == 1
    assert check(bench, bundle, f"def double(x):\n    return 3 * x{TOTAL}").score == 0


def test_a_check_leaves_nothing_for_the_run_after_it(bench: Bench, bundle: Bundle) -> None:
    check(bench, bundle, reference_of("double"))

    run = bench.grade(bundle, submission_of(bundle, reference_of("double")))

    assert (run.score, run.max_score, len(run.tests)) == (4, 4, 4)


def test_student_code_meets_no_hidden_input(bench: Bench, bundle: Bundle) -> None:
    (test,) = check(bench, bundle, f"def double(x):\n    print(x.tolist())\n    return 2 * x{TOTAL}").tests

    assert test.output == "[1.0, 2.0, 3.0]\n"


def test_a_mistake_that_the_values_single_out_is_named(bench: Bench) -> None:
    told: list[TestResult] = []
    bundle = bundle_named("double")

    run = bench.grade(bundle, submission_of(bundle, SQUARES), on_test=told.append, public_only=True)

    assert [test.wrong for test in run.tests] == ["squares"]
    assert [test.wrong for test in told] == [None, "squares"]


@pytest.mark.parametrize(("source", "name"), [(SIGNED_SQUARES, "signed_squares"), (RAISES, "raises")])
def test_a_mistake_that_only_the_whole_suite_shows_is_not_guessed_at(
    bench: Bench, bundle: Bundle, source: str, name: str
) -> None:
    whole = bench.grade(bundle, submission_of(bundle, source), seed=7)

    assert {test.wrong for test in whole.failed()} == {name}
    assert [test.wrong for test in check(bench, bundle, source).tests] == [None]
