"""`gradeloop grade`: what it prints, writes and ends with."""

import json
import stat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

from cli.terminal.exits import NOT_GRADED
from grader.exports.gradescope import to_gradescope
from grader.exports.junit import to_junit
from grader.results.run import RunResult

pytestmark = pytest.mark.service

DOUBLE = Path(__file__).parents[1] / "bundles" / "double"
NOT_INSTALLED = "`bwrap` is not installed; install the package `bubblewrap`."


@pytest.fixture(scope="module")
def graded(gradeloop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One grading of a wrong answer, written in every form."""
    out = tmp_path_factory.mktemp("out")
    options = [f"--{name}={out / name}" for name in ("json", "gradescope", "junit")]
    return gradeloop("grade", DOUBLE, DOUBLE / "wrong/mean.py", "--seed", 42, *options), out


@pytest.fixture(scope="module")
def run(graded: tuple[Result, Path]) -> RunResult:
    return RunResult.from_json(json.loads((graded[1] / "json").read_text()))


def test_a_wrong_answer_is_no_failure_of_the_command(graded: tuple[Result, Path]) -> None:
    assert graded[0].exit_code == 0
    assert graded[0].stderr == ""


def test_a_student_reads_titles_points_and_the_diagnosis(graded: tuple[Result, Path]) -> None:
    said = graded[0].stdout
    assert said.startswith("Double a vector  3 of 4 points  ")
    assert "  ✓ Doubling (1, 2, 3) gives (2, 4, 6).  1/1\n" in said
    assert "  ✗ The total is the sum of the entries.  0/1\n" in said
    assert "Your `total` returns the mean." in said


def test_the_json_holds_the_whole_run(run: RunResult) -> None:
    assert (run.outcome, run.score, run.max_score, run.seed, run.assignment) == ("graded", 3.0, 4.0, 42, "double")
    assert [test.wrong for test in run.failed()] == ["mean"]


def test_the_other_forms_are_of_the_same_run(graded: tuple[Result, Path], run: RunResult) -> None:
    assert json.loads((graded[1] / "gradescope").read_text()) == to_gradescope(run)
    assert (graded[1] / "junit").read_bytes().strip() == to_junit(run).strip()


def test_what_is_written_can_be_read_by_others(graded: tuple[Result, Path]) -> None:
    assert stat.S_IMODE((graded[1] / "json").stat().st_mode) & stat.S_IRUSR


def timeless(data: dict[str, Any]) -> dict[str, Any]:
    """A run as plain data without what the clock and the machine put into it."""
    kept = {key: value for key, value in data.items() if key not in ("duration_ms", "peak_memory_mib")}
    return {**kept, "tests": [{**test, "duration_ms": 0} for test in kept["tests"]]}


def test_the_same_seed_is_the_same_run_and_a_dash_is_stdout(gradeloop, run: RunResult) -> None:
    again = gradeloop("grade", DOUBLE, DOUBLE / "wrong/mean.py", "--seed", 42, "--json", "-")
    assert timeless(json.loads(again.stdout)) == timeless(run.to_json())
    assert again.stderr.startswith("Double a vector  3 of 4 points")


def test_each_run_draws_a_seed_of_its_own(gradeloop, run: RunResult) -> None:
    other = json.loads(gradeloop("grade", DOUBLE, DOUBLE / "wrong/mean.py", "--json", "-").stdout)
    assert other["seed"] != run.seed
    assert (other["score"], other["version"], other["submission"]) == (run.score, run.version, run.submission)


def test_junit_to_stdout_is_xml_alone(shell) -> None:
    done = shell("grade", DOUBLE, DOUBLE / "right/adds.py", "--junit", "-")
    assert done.returncode == 0
    assert ElementTree.fromstring(done.stdout).get("failures") == "0"


HOSTILE = """
print("\\x1b[2J\\x1b]0;owned\\x07", "\\u202e", "零😀", "[bold]x[/bold]", "\\x9b31m")


def double(x):
    print("\\x1b[31mred")
    raise ValueError("\\x1b[2J\\x9b零")


def total(x):
    return "\\x1b[2J"
"""


def test_nothing_a_student_prints_or_raises_moves_the_terminal(gradeloop, tmp_path: Path) -> None:
    (tmp_path / "double.py").write_text(HOSTILE)
    said = gradeloop("grade", DOUBLE, tmp_path / "double.py").stdout
    assert "Your code printed:" in said
    assert "零😀" in said
    assert "[bold]x[/bold]" in said
    assert "[31mred" in said
    assert not set(said) & set("\x1b\x07\x9b\u202e")


def test_hidden_tests_are_counted_and_not_shown(gradeloop, double: Path) -> None:
    suite = double / "test_hidden.py"
    late = '@pytest.mark.visibility("after_due_date")\n@pytest.mark.points(1)'
    never = '@pytest.mark.visibility("hidden")\n@pytest.mark.points(2)'
    text = suite.read_text().replace("@pytest.mark.points(1)", late).replace("@pytest.mark.points(2)", never)
    suite.write_text(text)
    said = gradeloop("grade", double, double / "wrong/mean.py").stdout
    assert "3 of 4 points" in said
    assert "The total is" not in said
    assert "mean" not in said
    assert "3 more tests are not shown now." in said


def test_a_suite_that_trips_over_an_answer_is_our_fault(gradeloop, double: Path) -> None:
    suite = double / "test_hidden.py"
    suite.write_text(suite.read_text().replace("reference.total(x)", "reference.no_such_function(x)"))
    result = gradeloop("grade", double, double / "right/adds.py")
    assert result.exit_code == NOT_GRADED == 3
    said = " ".join(result.stdout.split())
    assert "not graded" in said
    assert "it is not your fault: test_hidden.py::test_total: The test itself raised AttributeError" in said


@pytest.mark.parametrize("command", ["grade", "verify"])
def test_without_a_isolation_nothing_is_graded(shell, no_programs: Path, command: str) -> None:
    files = [DOUBLE / "starter.py"] if command == "grade" else []
    done = shell(command, DOUBLE, *files, path=no_programs)
    assert done.returncode == 3
    assert done.stdout.strip() == ""
    assert (
        f"Error: no isolation can be raised here, so nothing was graded. {NOT_INSTALLED} Try `gradeloop doctor`."
        in (done.stderr)
    )


def test_every_mistake_of_an_author_is_listed(gradeloop, double: Path) -> None:
    (double / "prompt.md").unlink()
    (double / "notes.md").write_text("dear")
    (double / "wrong/mean.py").write_text("def double(x):\n    return x\n")
    result = gradeloop("grade", double, double / "right/adds.py")
    assert result.exit_code == 2
    assert "Error: this assignment cannot be used:\n" in result.stderr
    for sentence in (
        "prompt.md: this file is missing.",
        "notes.md: unknown file.",
        "wrong/mean.py: has no docstring; it is the feedback that a student reads.",
    ):
        assert f"  - {sentence}\n" in result.stderr


def test_a_suite_that_does_not_load_is_the_authors_mistake(gradeloop, double: Path) -> None:
    (double / "reference.py").write_text("import nonsense\n")
    result = gradeloop("grade", double, double / "right/adds.py")
    assert result.exit_code == 2
    assert "the suite of this assignment cannot be used:" in result.stderr
    assert "No module named 'nonsense'" in result.stderr


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["nowhere.py"], "does not exist, so it cannot be submitted."),
        (["."], "is a folder, so it cannot be submitted."),
        (["prompt.md"], "prompt.md is not a Python file; submit double.py."),
        (["starter.py", "right/adds.py"], "starter.py is not asked for; submit double.py."),
        (["starter.py", "starter.py"], "Two of the files are named starter.py; submit one of them."),
    ],
)
def test_files_that_cannot_be_submitted_are_refused_in_a_sentence(gradeloop, files: list[str], sentence: str) -> None:
    result = gradeloop("grade", DOUBLE, *(DOUBLE / name for name in files))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_the_name_of_an_only_file_does_not_matter(gradeloop, tmp_path: Path) -> None:
    copy = tmp_path / "double (1).py"
    copy.write_bytes((DOUBLE / "reference.py").read_bytes())
    result = gradeloop("grade", DOUBLE, copy)
    assert result.exit_code == 0
    assert "4 of 4 points" in result.stdout


@pytest.mark.parametrize("seed", ["-1", "x", str(2**63), "1.5"])
def test_a_seed_is_a_natural_number_of_63_bits(gradeloop, seed: str) -> None:
    result = gradeloop("grade", DOUBLE, DOUBLE / "starter.py", "--seed", seed)
    assert result.exit_code == 2
    assert "--seed" in result.stderr


def test_a_place_that_cannot_be_written_to_is_named_after_the_score_is_shown(gradeloop, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "run.json"
    result = gradeloop("grade", DOUBLE, DOUBLE / "right/adds.py", "--json", out)
    assert result.exit_code == 2
    assert "4 of 4 points" in result.stdout
    assert f"Error: {out} cannot be written: No such file or directory." in result.stderr


def test_only_one_form_goes_to_stdout(gradeloop) -> None:
    result = gradeloop("grade", DOUBLE, DOUBLE / "starter.py", "--json", "-", "--junit", "-")
    assert result.exit_code == 2
    assert "only one of --json, --gradescope and --junit can go to stdout." in result.stderr
