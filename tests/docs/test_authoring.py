"""docs/authoring.md is true: its example works, its tables match the code, its sentences are real."""

import ast
import dataclasses
import inspect
import re
import shlex
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import grader.testing
from grader import limits
from grader.bundle.bundle import Bundle
from grader.bundle.manifest import Manifest
from grader.bundle.problems import BundleError
from grader.bundle.submission import SubmittedFiles
from grader.judge.suite import Suite
from grader.judge.transcript import Call
from grader.results.drawing import Drawing
from grader.results.plots import KINDS, MAX_PLOTS, MAX_POINTS, MAX_SERIES
from grader.results.run import VISIBILITIES
from grader.verify.report import Verification
from tests.commands import program
from tests.docs.pages import blocks, code, commands, relu, rows, text
from worker.benches.bench import Bench
from worker.benches.grading import UnloadableSuite

PAGE = text("docs/authoring.md")
RUNS = re.compile(r"\b\d+ (?=ms|MiB)|(?<=, seed )\d+")

Files = dict[str, str]


def bundle(files: Files) -> Bundle:
    return Bundle.from_files("relu", {name: content.encode() for name, content in files.items()})


def lasting(output: str) -> list[str]:
    """Return the lines of an output without what differs between runs."""
    return [RUNS.sub("…", line).rstrip() for line in output.strip().splitlines()]


@pytest.mark.service
def test_the_walk_through_passes_and_prints_what_the_page_shows(tmp_path: Path) -> None:
    new, empty, *shown = commands(PAGE)
    assert program(*shlex.split(new.line)[1:], cwd=tmp_path).returncode == 0
    for pattern in shlex.split(empty.line)[1:]:
        for path in list(tmp_path.glob(pattern)):
            path.unlink()
    for name, content in relu().items():
        (tmp_path / "relu" / name).write_text(content)
    for command in shown:
        done = program(*shlex.split(command.line)[1:], cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        assert lasting(done.stdout) == lasting(command.output)


def test_the_walk_through_ends_with_exactly_the_files_of_its_example(tmp_path: Path) -> None:
    new, empty, *_ = commands(PAGE)
    program(*shlex.split(new.line)[1:], cwd=tmp_path)
    kept = {str(path.relative_to(tmp_path / "relu")) for path in tmp_path.glob("relu/**/*") if path.is_file()}
    for pattern in shlex.split(empty.line)[1:]:
        kept -= {str(path.relative_to(tmp_path / "relu")) for path in tmp_path.glob(pattern)}
    assert kept <= set(relu())
    shutil.rmtree(tmp_path / "relu")


def fields(model: type[BaseModel], prefix: str = "") -> dict[str, FieldInfo]:
    """Return all keys of assignment.toml, with their tables."""
    found: dict[str, FieldInfo] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= fields(kind, f"{prefix}{name}.")
        else:
            found[prefix + name] = field
    return found


KEYS = {code(row[0]): row[1] for row in rows(PAGE, "`assignment.toml`")}


def test_every_key_is_in_the_table_and_no_other() -> None:
    assert list(KEYS) == list(fields(Manifest))


@pytest.mark.parametrize(("key", "field"), fields(Manifest).items(), ids=fields(Manifest))
def test_a_key_has_the_default_and_the_bounds_of_its_table_row(key: str, field: FieldInfo) -> None:
    said = KEYS[key]
    if field.is_required():
        assert said.startswith("required")
    else:
        default = f'`"{field.default}"`' if isinstance(field.default, str) else repr(field.default)
        assert said.startswith(f"default {default}")
    least = [f"{bound.ge}" for bound in field.metadata if isinstance(bound, Ge)]
    most = [f"{bound.le}" for bound in field.metadata if isinstance(bound, Le)]
    if least or most:
        assert said.endswith(f"{least[0]} to {most[0]}")
    words = [word for word in get_args(field.annotation) if isinstance(word, str)]
    assert all(f'`"{word}"`' in said for word in words)


def test_every_helper_is_explained_with_an_example() -> None:
    explained = set(re.findall(r"\*\*`(\w+)`\*\*", PAGE))
    assert set(grader.testing.__all__) <= explained
    used = {name for name, _ in helper_calls()}
    assert {name for name in grader.testing.__all__ if name.startswith("assert_")} <= used


def helper_calls() -> list[tuple[str, ast.Call]]:
    trees = [ast.parse(textwrap.dedent(block)) for block in blocks(PAGE, "python")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(node.func.id, node) for node in calls if isinstance(node.func, ast.Name)]
    return [(name, node) for name, node in named if name in grader.testing.__all__]


@pytest.mark.parametrize(("name", "call"), [pytest.param(*pair, id=ast.unparse(pair[1])) for pair in helper_calls()])
def test_a_helper_accepts_its_example(name: str, call: ast.Call) -> None:
    keywords: dict[str, Any] = {keyword.arg: None for keyword in call.keywords if keyword.arg}
    inspect.signature(getattr(grader.testing, name)).bind(*call.args, **keywords)


def test_the_fixtures_match_the_judges() -> None:
    section = PAGE.split("\n### Fixtures\n")[1].split("\n### ")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    provided = {name.removesuffix("_fixture") for name in vars(Suite) if name.endswith("_fixture")}
    assert set(named) == provided
    shown = [field.name for field in dataclasses.fields(Call) if field.repr]
    assert all(f"`{name}`" in section for name in (*shown, "output"))


def test_a_picture_has_the_limits_in_force_and_accepts_its_example() -> None:
    words = {4: "four", 8: "eight"}
    assert f"keeps {words[MAX_PLOTS]} pictures of {words[MAX_SERIES]} series with {MAX_POINTS} points each" in PAGE
    assert all(f"`picture.{kind}`" in PAGE for kind in KINDS)
    calls = re.findall(r"^ +(picture\.\w+\(.*\))$", PAGE, re.MULTILINE)
    names = {"losses": [1.0], "right": [1.0], "series": {"yours": [1.0]}, "picture": Drawing()}
    assert [eval(call, names) for call in calls] == [None]


def test_every_visibility_is_named() -> None:
    assert all(f'`"{word}"`' in PAGE for word in VISIBILITIES)


def test_the_limits_of_a_value_are_those_in_force() -> None:
    mebibytes, items = limits.MAX_FRAME_BYTES // 2**20, limits.MAX_COLLECTION_ITEMS
    assert f"One value may have {mebibytes} MiB, {items:,} items in a list" in PAGE
    assert f"nested {limits.MAX_NESTING} deep" in PAGE
    assert f"A generator gives at most {limits.MAX_PULLED_ITEMS:,} items" in PAGE


def test_the_report_is_explained_line_by_line() -> None:
    explained = [row[0] for row in rows(PAGE, "The report of `gradeloop verify`")]
    titles = [check.title for check in Verification(bundle(relu())).report().checks]
    assert explained == ["The assignment can be opened", *titles]


def written(name: str, content: str = "x = 1\n") -> Callable[[Files], object]:
    return lambda files: files.update({name: content})


def removed(*names: str) -> Callable[[Files], object]:
    return lambda files: [files.pop(name) for name in names]


def replaced(name: str, old: str, new: str) -> Callable[[Files], object]:
    def edit(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return edit


TITLE = '    """The array that relu is given stays as it was."""\n'
MARK = "@pytest.mark.points(2)\n"
SPOILT: dict[str, Callable[[Files], object]] = {
    "prompt.md: this file is missing.": removed("prompt.md"),
    "notes.md: unknown file.": written("notes.md"),
    "helpers/: unknown folder.": written("helpers/data.py"),
    "conftest.py: a suite has no conftest.py; put helpers in the test files.": written("conftest.py"),
    "assignment.toml: unknown key `titel`; did you mean `title`?": replaced("assignment.toml", "title =", "titel ="),
    'assignment.toml: `order` must be a whole number, not "10".': replaced("assignment.toml", "= 10", '= "10"'),
    "assignment.toml: `files` is missing.": replaced("assignment.toml", 'files = ["relu.py"]\n', ""),
    "assignment.toml: `limits.memory_mib` must be at least 64, not 16.": lambda files: files.update(
        {"assignment.toml": files["assignment.toml"] + "\n[limits]\nmemory_mib = 16\n"}
    ),
    "starter.py: line 6: invalid syntax.": replaced("starter.py", "def relu(z)", "define relu(z)"),
    "test_hidden.py: `test_argument` has no points; write `@pytest.mark.points(1)` above it.": replaced(
        "test_hidden.py", MARK, ""
    ),
    "test_hidden.py: `test_argument` has no docstring; its first line is the title that a student reads.": replaced(
        "test_hidden.py", TITLE, ""
    ),
    "test_hidden.py: `test_argument` is marked `skip`, but a test of a suite must pass or fail.": replaced(
        "test_hidden.py", MARK, MARK + "@pytest.mark.skip\n"
    ),
    "test_hidden.py: unknown mark `point` on `test_argument`; did you mean `points`?": replaced(
        "test_hidden.py", MARK, "@pytest.mark.point(2)\n"
    ),
    "test_hidden.py: 2 tests are named `test_argument`; pytest would run only the last.": replaced(
        "test_hidden.py", "def test_every_entry", "def test_argument"
    ),
    'test_hidden.py: `pandas` cannot be imported with `environment = "numpy"`.': replaced(
        "test_hidden.py", "import pytest\n", "import pandas\nimport pytest\n"
    ),
    "right/: there is no right answer; write at least one as right/NAME.py.": removed("right/mask.py", "right/loop.py"),
    "wrong/absolute.py: has no docstring; it is the feedback that a student reads.": written("wrong/absolute.py"),
    "wrong/in_place.py: has the same docstring as wrong/absolute.py.": lambda files: files.update(
        {"wrong/in_place.py": files["wrong/absolute.py"]}
    ),
    "reference.py: make this a folder reference/ that holds `relu.py` and `leaky.py`.": replaced(
        "assignment.toml", '["relu.py"]', '["relu.py", "leaky.py"]'
    ),
}
UNLOADABLE: dict[str, Callable[[Files], object]] = {
    "test_hidden.py: ImportError: cannot import name 'assert_closed' from 'grader.testing'": replaced(
        "test_hidden.py", "assert_close\n", "assert_closed\n"
    ),
    "test_hidden.py: `test_argument` asks for an unknown fixture `studnet`; did you mean `student`?": replaced(
        "test_hidden.py", "def test_argument(student, rng)", "def test_argument(studnet, rng)"
    ),
    "wrong/absolute.py: cannot be loaded.": replaced("wrong/absolute.py", "import numpy as np", "import nonsense"),
}
STUDENTS: dict[str, Callable[[Files], object]] = {
    "The test itself raised WireError: a ufunc, which cannot be handed across": replaced(
        "test_hidden.py", "student.relu(rng.normal(size=20))", "student.relu(__import__('numpy').tanh)"
    ),
    "The test itself raised AttributeError": replaced("test_hidden.py", "reference.relu(z)", "reference.rleu(z)"),
    "Your code returned something that this test cannot work with.": replaced(
        "test_hidden.py", "assert_close(student.relu(z), reference.relu(z))", "assert student.relu(z).sum() > 0"
    ),
}


def spoilt(edit: Callable[[Files], object]) -> Files:
    files = relu()
    edit(files)
    return files


def test_every_sentence_of_the_table_is_tested() -> None:
    said = [code(row[0]) for row in rows(PAGE, "Sentences you may meet")]
    assert said == [*SPOILT, *UNLOADABLE, *STUDENTS]


@pytest.mark.parametrize(("sentence", "edit"), SPOILT.items(), ids=SPOILT)
def test_a_folder_with_a_mistake_is_refused_in_these_words(sentence: str, edit: Callable[[Files], object]) -> None:
    with pytest.raises(BundleError) as refused:
        bundle(spoilt(edit))
    assert sentence in refused.value.problems


@pytest.mark.parametrize(("sentence", "edit"), UNLOADABLE.items(), ids=UNLOADABLE)
def test_a_suite_that_does_not_load_is_refused_in_these_words(
    bench: Bench, sentence: str, edit: Callable[[Files], object]
) -> None:
    with pytest.raises(UnloadableSuite) as refused:
        bench.load(bundle(spoilt(edit)))
    assert any(problem.startswith(sentence) for problem in refused.value.problems)


@pytest.mark.parametrize(("sentence", "edit"), STUDENTS.items(), ids=STUDENTS)
def test_a_test_that_raises_says_so(bench: Bench, sentence: str, edit: Callable[[Files], object]) -> None:
    spoilt_bundle = bundle(spoilt(edit))
    nothing = SubmittedFiles({"relu.py": b"def relu(z):\n    return None\n"})
    run = bench.grade(spoilt_bundle, nothing, 1)
    assert any(sentence in test.message for test in run.failed())
