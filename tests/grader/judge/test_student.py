"""Functions, generators and objects between a suite and a submission, on a real bench."""

from collections.abc import Callable

import pytest

from grader.results.run import RunResult
from tests.grading import bundle_named, grade, reference_of
from worker.benches.bench import Bench


@pytest.fixture
def graded_with(bench: Bench) -> Callable[[str, str], RunResult]:
    """Grades the reference with one piece of it replaced."""

    def graded(old: str, new: str) -> RunResult:
        source = reference_of("objects").decode()
        assert old in source
        return grade(bench, "objects", source.replace(old, new))

    return graded


def failed(run: RunResult) -> dict[str, str]:
    assert run.outcome == "graded", run.message
    return {test.name.split("::")[1]: test.message.split("\n")[0] for test in run.failed()}


@pytest.mark.parametrize("name", ["reference", "unpacks"])
def test_right_answers_use_what_they_are_handed(bench: Bench, name: str) -> None:
    bundle = bundle_named("objects")
    source = reference_of("objects") if name == "reference" else bundle.right[name].files["objects.py"]

    assert failed(grade(bench, "objects", source)) == {}


def test_a_model_of_the_assignments_own_counts_what_was_done_with_it(
    graded_with: Callable[[str, str], RunResult],
) -> None:
    assert failed(graded_with("range(steps)", "range(steps - 1)")) == {
        "test_train": "Your answer is not the right number."
    }


def test_an_iterator_read_too_short_is_seen(graded_with: Callable[[str, str], RunResult]) -> None:
    assert failed(graded_with("return list(items)", "return [next(items)]")) == {
        "test_collect": "Your answer has 1 item, but 3 are asked for."
    }


def test_what_a_function_of_the_suite_refuses_can_be_caught(graded_with: Callable[[str, str], RunResult]) -> None:
    careful = "try:\n        return f(x)\n    except (TypeError, ValueError):\n        return f(3)"

    assert failed(graded_with("return f(x)", careful)) == {}


def test_a_wrong_call_of_a_function_of_the_suite_is_the_students(graded_with: Callable[[str, str], RunResult]) -> None:
    sentence = "A function that your code was given raised an exception when it was called in line 6 of objects.py. "

    told = failed(graded_with("return f(x)", "return f(x, x)"))

    assert told["test_apply"] == f"{sentence}Is it called right?"


def test_an_object_that_never_answers_a_function_of_the_suite_is_stopped(
    graded_with: Callable[[str, str], RunResult],
) -> None:
    """The suite's function waits for the student's object, while the student's function waits for the suite's."""
    told = failed(graded_with("self.count += n", "while True: pass"))

    assert told["test_apply_hands_back_an_object"].startswith("`apply` did not finish within 0.5 seconds")
    assert told["test_tally"].startswith("`add` did not finish within 0.5 seconds")


def test_an_object_that_ends_the_process_under_a_function_of_the_suite(
    graded_with: Callable[[str, str], RunResult],
) -> None:
    told = failed(graded_with("self.count += n", "import os; os._exit(0)"))

    assert told["test_apply_hands_back_an_object"].startswith("`apply` ended the whole process instead of returning.")


def test_a_generator_without_an_end_is_read_to_the_limit(graded_with: Callable[[str, str], RunResult]) -> None:
    told = failed(graded_with("for i in range(n):", "for i in iter(int, 1):"))

    assert told["test_evens"] == "Your answer gives more than 10000 items. Does its loop come to an end?"
    assert told["test_long_iterator"] == "Your iterator gives more than 10000 items. Does its loop come to an end?"


def test_returning_more_and_more_ends_before_memory_does(graded_with: Callable[[str, str], RunResult]) -> None:
    told = failed(graded_with("for i in range(n):\n        yield 2 * i", "while True:\n        yield bytes(1_900_000)"))

    assert told["test_evens"] == (
        "Your code has returned more than 256 MiB by now, which is too much for the grader to keep. Are your results "
        "far larger than asked for?"
    )
