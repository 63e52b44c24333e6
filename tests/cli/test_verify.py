"""`gradeloop verify`: the report of the gate, and the exit status."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result

from tests.runs import RUN_SEEDS, VERIFY_SEED

pytestmark = pytest.mark.service

BUNDLES = Path(__file__).parents[1] / "bundles"
TITLES = (
    "No answer makes the suite itself fail",
    "The reference has full marks",
    "The starter scores at most 20 %",
    "Every right answer has full marks",
    "Every wrong answer loses marks",
    "Every wrong answer is diagnosed as itself",
    "At most 5 % of unlisted mistakes are called by another's name",
    "No title of a hidden test shows an expected value",
    "At least 95 % of the reference's mutants are caught",
    "Sizes of different meaning differ",
    "Ten seeds, one thread or two: one score",
    "The reference stays well within the limits",
)


@pytest.fixture(scope="module")
def both(gradeloop, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The check of a new assignment and of one whose suite misses a mutant and a wrong answer."""
    folder = tmp_path_factory.mktemp("both")
    gradeloop("new", "fresh", "--directory", folder)
    lenient = shutil.copytree(BUNDLES / "double", folder / "lenient")
    suite = lenient / "test_hidden.py"
    suite.write_text(
        suite.read_text().replace("assert_close(student.total(x), reference.total(x))", "student.total(x)")
    )
    return gradeloop("verify", folder / "fresh", lenient, "--seed", VERIFY_SEED)


@pytest.fixture(scope="module")
def parts(both: Result) -> tuple[str, str]:
    fresh, _, lenient = both.stdout.partition("\nlenient  ")
    return fresh, lenient


def test_a_new_assignment_passes_the_gate_as_it_is(parts: tuple[str, str]) -> None:
    lines = parts[0].strip().splitlines()
    assert lines[0].startswith("fresh  the gate is open  version ")
    assert [line.strip()[0] for line in lines[1:]] == ["✓"] * len(TITLES)
    assert all(title in line for title, line in zip(TITLES, lines[1:], strict=True))


def test_one_shut_gate_of_several_is_exit_status_1(both: Result) -> None:
    assert both.exit_code == 1


def test_a_shut_gate_says_why_line_by_line(parts: tuple[str, str]) -> None:
    said = " ".join(parts[1].split())
    assert said.startswith("the gate is shut version ")
    assert f", seed {VERIFY_SEED} " in said
    assert "✗ Every wrong answer loses marks 2 answers" in said
    assert f"- wrong/mean.py has full marks (seed {RUN_SEEDS[0]}): no test catches this mistake." in said
    assert "- reference.py: Line 11: `return float(x.sum())` became `return float(x.mean())`. No test notices." in said


def test_a_surviving_mutant_is_shown_as_a_diff(parts: tuple[str, str]) -> None:
    assert "-    return float(x.sum())" in parts[1]
    assert "+    return float(x.mean())" in parts[1]


def test_every_mistake_of_every_author_is_printed_before_anything_runs(shell, double: Path, no_programs: Path) -> None:
    (double / "assignment.toml").write_text('title = ""\nordre = 3\n')
    (double / "test_hidden.py").write_text("def test_it(student):\n    pass\n")
    done = shell("verify", double, BUNDLES / "double", path=no_programs)
    assert done.returncode == 1
    said = " ".join(done.stdout.split()).replace(f"{double}: ", "")
    for sentence in (
        "The gate is shut: an assignment cannot be read.",
        "assignment.toml: `title` must not be empty.",
        "assignment.toml: `summary` is missing.",
        "assignment.toml: unknown key `ordre`; did you mean `order`?",
        "test_hidden.py: `test_it` has no docstring; its first line is the title that a student reads.",
        "test_hidden.py: `test_it` has no points; write `@pytest.mark.points(1)` above it.",
    ):
        assert sentence in said


def test_two_assignments_of_one_slug_are_refused(gradeloop, double: Path) -> None:
    result = gradeloop("verify", double, BUNDLES / "double")
    assert result.exit_code == 1
    assert "both bundles have the slug `double`." in " ".join(result.stdout.split())


def test_a_suite_that_cannot_be_collected_shuts_the_gate(gradeloop, double: Path) -> None:
    suite = double / "test_hidden.py"
    suite.write_text("__import__('nonsense')\n" + suite.read_text())
    result = gradeloop("verify", double)
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "double the gate is shut" in said
    assert "✗ The assignment can be opened it cannot" in said
    assert "- test_hidden.py: ModuleNotFoundError: No module named 'nonsense'" in said


def test_a_folder_that_is_not_there_is_bad_usage(gradeloop, tmp_path: Path) -> None:
    assert gradeloop("verify", tmp_path / "nowhere").exit_code == 2
