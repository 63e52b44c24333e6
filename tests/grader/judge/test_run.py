"""Where in the student's own files a test failed, on a real bench."""

from collections.abc import Callable

import pytest

from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult
from tests.grading import bundle_named, grade
from worker.benches.bench import Bench

CLIPS = "def clip(x):\n    return x.clip(0, 1)\n"
SCORES = "import clipping\n\n\ndef score(x):\n    return float(clipping.clip(x).mean())\n"


@pytest.fixture
def graded(bench: Bench) -> Callable[[str, str], RunResult]:
    """Grades a submission of two files, of which the second uses the first."""
    bundle = bundle_named("two_files")

    def graded(clipping: str, score: str) -> RunResult:
        files = {"clipping.py": clipping.encode(), "score.py": score.encode()}
        return bench.grade(bundle, SubmittedFiles({name: files[name] for name in bundle.manifest.files}), seed=7)

    return graded


def places(run: RunResult) -> set[tuple[str | None, int | None]]:
    assert run.outcome == "graded", run.message
    return {(test.file, test.line) for test in run.tests}


def test_a_test_that_passes_has_no_place(graded: Callable[[str, str], RunResult]) -> None:
    assert places(graded(CLIPS, SCORES)) == {(None, None)}


def test_an_exception_has_the_innermost_of_the_students_lines(graded: Callable[[str, str], RunResult]) -> None:
    """NumPy raises it, in a function that another file of the student's calls."""
    assert places(graded("def clip(x):\n    y = 1\n    return x.reshape(7)\n", SCORES)) == {("clipping.py", 3)}


def test_a_syntax_error_is_at_its_line_in_every_test(graded: Callable[[str, str], RunResult]) -> None:
    assert places(graded("x = 1\ndef clip(x)\n", SCORES)) == {("clipping.py", 2)}


def test_an_exception_while_loading_is_at_its_line_in_every_test(graded: Callable[[str, str], RunResult]) -> None:
    assert places(graded(CLIPS, f"{SCORES}\n\nexample = score(None)\n")) == {("clipping.py", 2)}


@pytest.mark.parametrize("body", ["return 0.5 * x", "while True: pass", "import os; os._exit(0)"])
def test_what_raised_nothing_has_no_place(bench: Bench, body: str) -> None:
    assert places(grade(bench, "target", f"def double(x):\n    {body}\n")) == {(None, None)}
