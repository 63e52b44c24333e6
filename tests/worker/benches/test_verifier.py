"""Each thing that is to shut the gate, tried on a real bench on a small assignment that is spoilt on purpose."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.verify.report import Check, Report
from tests.runs import RUN_SEEDS, VERIFY_SEED
from worker.benches.verifier import Verifier
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service

FIRST = f"seed {RUN_SEEDS[0]}"
DOUBLE = Path(__file__).parents[2] / "bundles" / "double"
OPENED = "The assignment can be opened"


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(Bubblewrap(), "numpy") as verifier:
        yield verifier


def spoilt(edits: dict[str, tuple[str, str] | str]) -> Bundle:
    """The assignment with some files changed in one place, or written anew."""
    files = dict(read_bundle(DOUBLE).files)
    for name, edit in edits.items():
        if isinstance(edit, str):
            files[name] = edit.encode()
        else:
            old, new = edit
            text = files[name].decode()
            assert old in text
            files[name] = text.replace(old, new).encode()
    return Bundle.from_files("double", files)


@dataclass(frozen=True)
class Case:
    """A slip of an author, and what the report says of it.

    Attributes:
        edits: file by file, what is to be replaced by what.
        title: the check that does not hold.
        problems: sentences of it, or beginnings of sentences.
        diffs: how many surviving mutants are shown.
    """

    edits: dict[str, tuple[str, str] | str]
    title: str
    problems: tuple[str, ...]
    diffs: int = 0


TOTAL = "assert_close(student.total(x), reference.total(x))"
RIGHT = (
    '"""Returns a list."""\n\n\ndef double(x):\n    return [2 * v for v in x]\n\n\ndef total(x):\n    return x.sum()\n'
)
AWAY = '"""{}"""\n\n\ndef double(x):\n    return 3 * x\n\n\ndef total(x):\n    return float(x.sum()){}\n'

CASES = {
    "the reference loses marks": Case(
        {"test_public.py": ("[2.0, 4.0, 6.0]", "[2.0, 4.0, 7.0]")},
        "The reference has full marks",
        (f"reference.py loses marks ({FIRST}): “Doubling (1, 2, 3) gives (2, 4, 6).”: Your answer is right except ",),
    ),
    "the starter is too good": Case(
        {"starter.py": ("    raise NotImplementedError\n\n\n", "    return x + x\n\n\n")},
        "The starter scores at most 20 %",
        ("The starter scores 75 %; at most 20 % is allowed by `lab.starter_max_percent`.",),
    ),
    "a right answer is rejected": Case(
        {"right/lists.py": RIGHT},
        "Every right answer has full marks",
        (f"right/lists.py loses marks ({FIRST}): “Doubling (1, 2, 3) gives (2, 4, 6).”: Your answer is a list",),
    ),
    "a wrong answer is not caught": Case(
        {"wrong/rounds.py": AWAY.format("Your `total` is a float.", "").replace("3 * x", "2 * x")},
        "Every wrong answer loses marks",
        (f"wrong/rounds.py has full marks ({FIRST}): no test catches this mistake.",),
    ),
    "two wrong answers are alike": Case(
        {"wrong/tripled.py": AWAY.format("Three times.", ""), "wrong/thrice.py": AWAY.format("Thrice.", " + 0.0")},
        "Every wrong answer is diagnosed as itself",
        ("wrong/tripled.py is taken for wrong/thrice.py: no test tells the two apart.",),
    ),
    "a mutant survives": Case(
        {
            "reference.py": (
                "return 2.0 * x",
                'if x.size > 20:\n        raise ValueError("too long")\n    return 2.0 * x',
            )
        },
        "At least 95 % of the reference's mutants are caught",
        (
            "reference.py: Line 6: `if x.size > 20:` became `if x.size >= 20:`. No test notices.",
            "reference.py: Line 6: `if x.size > 20:` became `if x.size > 21:`. No test notices.",
        ),
        diffs=4,
    ),
    "a size is a factor of 2 in every test": Case(
        {"test_hidden.py": ("[1, 5]", "[1, 4]")},
        "Sizes of different meaning differ",
        ("`double`: no hidden test tells x.shape[0] from a factor of 2: it is 4 in “Doubling works for 4 ",),
    ),
    "the score hangs on the seed": Case(
        {
            "test_hidden.py": (TOTAL, f"{TOTAL} if rng.integers(2) else student.total(x)"),
        },
        "Ten seeds, one thread or two: one score",
        ("wrong/mean.py scores 3 (seed ", " thread) or 4 (seed "),
    ),
    "the suite trips over odd values, for it keeps them": Case(
        {
            "test_hidden.py": (
                f"    {TOTAL}",
                "    KEPT.append(student.total(x))\n    assert abs(sum(KEPT) - reference.total(x)) < 1\n\n\nKEPT = []",
            )
        },
        "No answer makes the suite itself fail",
        (
            f"An answer that returns None cannot be graded ({FIRST}): "
            "test_hidden.py::test_total: The test itself raised TypeError: ",
            f"An answer that returns a dictionary cannot be graded ({FIRST}): ",
        ),
    ),
    "the suite cannot be collected": Case(
        {"test_hidden.py": ("import pytest", "import pytest\nfrom grader.testing import assert_clsoe")},
        OPENED,
        ("test_hidden.py: ImportError: cannot import name 'assert_clsoe' from 'grader.testing'",),
    ),
    "the reference cannot be loaded": Case(
        {"reference.py": ("def double", "import nonsense\n\n\ndef double")},
        OPENED,
        ("raised ModuleNotFoundError in line 4: No module named 'nonsense'",),
    ),
    "a wrong answer cannot be loaded": Case(
        {"wrong/mean.py": ("def double", "1 / 0\n\n\ndef double")},
        OPENED,
        ("wrong/mean.py: cannot be loaded. ",),
    ),
}


def shut(report: Report) -> dict[str, Check]:
    return {check.title: check for check in report.checks if not check.ok}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_gate_is_shut_where(verifier: Verifier, case: Case) -> None:
    report = verifier.verify(spoilt(case.edits), VERIFY_SEED)
    found = shut(report)
    assert not report.gate_open
    assert case.title in found, [check.problems for check in found.values()]
    check = found[case.title]
    for sentence in case.problems:
        assert any(sentence in problem for problem in check.problems), check.problems
    assert len(check.diffs) == case.diffs


def test_the_gate_is_open_for_the_assignment_as_it_is_and_each_grading_is_told(verifier: Verifier) -> None:
    told: list[tuple[int, int, str]] = []
    report = verifier.verify(read_bundle(DOUBLE), VERIFY_SEED, lambda *progress: told.append(progress))
    assert shut(report) == {}
    assert [done for done, _, _ in told] == list(range(1, told[0][1] + 1))
    assert {kind for _, _, kind in told} == {"reference", "starter", "right", "wrong", "unlisted", "mutant", "odd"}


def test_a_line_without_mutants_is_left_out(verifier: Verifier) -> None:
    edit = ("return 2.0 * x", "if x.size > 20:  # no mutants: only a guard\n        x = x\n    return 2.0 * x")
    report = verifier.verify(spoilt({"reference.py": edit}), VERIFY_SEED)
    assert report.gate_open
