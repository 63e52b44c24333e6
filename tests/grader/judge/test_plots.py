"""Plots of a suite, from a test to the run, on a real bench."""

import pytest

from grader.bundle.bundle import Bundle
from grader.results.run import RunResult
from tests.grading import bundle_named, reference_of, submission_of
from worker.benches.bench import Bench

TOTAL = "\n\n\ndef total(x):\n    return float(x.sum())\n"
OF_YOURS = """
    picture.lines("Twice", {"yours": answer, "reference": reference.double(x)}, x_label="entry")
    assert_close(answer, reference.double(x))
"""


def bundle_that_draws(ending: str) -> Bundle:
    """A bundle whose hidden test of `double` draws before it checks."""
    double = bundle_named("double")
    hidden = double.files["test_hidden.py"].decode()
    hidden = hidden.replace("(student, reference, rng, size)", "(student, reference, rng, picture, size)")
    hidden = hidden.replace(
        "assert_close(student.double(x), reference.double(x))", f"answer = student.double(x)\n{ending}"
    )
    return Bundle.from_files("double", {**double.files, "test_hidden.py": hidden.encode()})


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """A bundle that draws the student's answer beside the right one."""
    return bundle_that_draws(OF_YOURS)


def graded(bench: Bench, bundle: Bundle, body: str) -> RunResult:
    run = bench.grade(bundle, submission_of(bundle, f"def double(x):\n    {body}{TOTAL}"), seed=7)
    assert run.outcome == "graded", run.message
    return run


def yours(run: RunResult) -> list[tuple[float | None, ...]]:
    return [plot.series[0].y for test in run.tests for plot in test.pictures]


def test_a_test_that_passes_has_its_picture(bench: Bench, bundle: Bundle) -> None:
    run = graded(bench, bundle, "return 2 * x")

    assert run.score == run.max_score
    assert {test.name.partition("::")[2]: len(test.pictures) for test in run.tests} == {
        "test_double_example": 0,
        "test_double[case 1]": 1,
        "test_double[case 2]": 1,
        "test_total": 0,
    }
    (plot,) = run.tests[2].pictures
    assert (plot.kind, plot.title, plot.x_label, plot.y_label) == ("lines", "Twice", "entry", "")
    assert [series.name for series in plot.series] == ["yours", "reference"]
    assert plot.series[0].y == plot.series[1].y
    assert plot.series[0].x == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert plot.text.startswith("yours and reference agree.")


def test_a_test_that_fails_afterwards_keeps_its_picture_through_the_diagnosis(bench: Bench, bundle: Bundle) -> None:
    failed = graded(bench, bundle, "return x**2").failed()

    assert {test.wrong for test in failed} == {"squares"}
    assert [len(test.pictures) for test in failed] == [0, 1, 1]


def test_a_known_mistake_and_the_reference_draw_nothing_that_is_kept(bench: Bench, bundle: Bundle) -> None:
    """They are put in the student's place after the test, and before the run to warm it up."""
    assert yours(graded(bench, bundle, "return 0 * x")) == [(0.0,), (0.0,) * 5]
    assert yours(graded(bench, bundle, "raise ValueError")) == []


@pytest.mark.parametrize("body", ["return 'text'", "return [float('nan')]", "return double", "return {}"])
def test_what_cannot_be_drawn_of_a_students_is_left_out(bench: Bench, bundle: Bundle, body: str) -> None:
    run = graded(bench, bundle, body)

    assert run.score == 1
    assert {y for values in yours(run) for y in values} <= {None}
    assert all("Your answer" in test.message for test in run.failed())


def test_a_mistake_in_a_picture_is_the_suites(bench: Bench) -> None:
    bundle = bundle_that_draws('\n    picture.lines("Twice", {"reference": "text"})\n')

    run = bench.grade(bundle, submission_of(bundle, reference_of("double")))

    assert run.outcome == "not graded"
    assert "The test itself raised TypeError: picture: the series `reference` takes numbers, and not str" in run.message
