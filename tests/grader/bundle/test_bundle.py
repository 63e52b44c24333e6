"""A bundle is either in order or refused with a sentence for each thing to mend."""

import io
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.bundle import Bundle
from grader.bundle.content import content_hash
from grader.bundle.problems import BundleError

TWO_FILES = {"assignment.toml": ("double.py", 'layers.py", "model.py')}
POINTS = "the points of `test_one_number` must be one number from 0 to 1000, such as `points(2)`."
VISIBLE = "it is one of `visible`, `after_due_date`, `after_published` or `hidden`."
BELONGS = "belongs above a test or a class, or in `pytestmark`, where it can be read without running the suite."


def manifest(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {"assignment.toml": (old, new)}


def table(text: str) -> dict[str, tuple[str, str]]:
    return manifest('environment = "numpy"\n', f'environment = "numpy"\n{text}\n')


def public(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {"test_public.py": (old, new)}


# What the author did (a file's new bytes, None for none, or a text replaced) and all that is said about it.
MISTAKES = {
    # files and folders
    "no manifest": ({"assignment.toml": None}, ["assignment.toml: this file is missing."]),
    "no prompt": ({"prompt.md": None}, ["prompt.md: this file is missing."]),
    "no starter": ({"starter.py": None}, ["starter.py: this file is missing."]),
    "no reference": ({"reference.py": None}, ["reference.py: this file is missing."]),
    "no public tests": ({"test_public.py": None}, ["test_public.py: this file is missing."]),
    "no hidden tests": ({"test_hidden.py": None}, ["test_hidden.py: this file is missing."]),
    "no right answer": (
        {"right/adding.py": None},
        ["right/: there is no right answer; write at least one as right/NAME.py."],
    ),
    "no wrong answer": (
        {"wrong/square.py": None},
        ["wrong/: there is no wrong answer; write at least one as wrong/NAME.py."],
    ),
    "unknown file": ({"notes.md": b""}, ["notes.md: unknown file."]),
    "data by an odd name": (
        {"my table.csv": b"1,2\n"},
        ["my table.csv: a file of data is named with letters, digits, `_` and `-`, at most 60 before its ending."],
    ),
    "data in a folder": (
        {"data/table.csv": b"1,2\n"},
        ["data/: unknown folder. Files of data lie beside the suite, in no folder."],
    ),
    "an array that NumPy did not save": (
        {"table.npy": b"1,2\n"},
        ["table.npy: this file is not what `numpy.save` or `numpy.savez` writes."],
    ),
    "a table that is no text": ({"table.csv": b"1,2\n\xff"}, ["table.csv: line 2 is not UTF-8 text."]),
    "misspelt file": ({"card.toml": b""}, ["card.toml: unknown file; did you mean `cards.toml`?"]),
    "unknown folder": ({"data/x.toml": b""}, ["data/: unknown folder."]),
    "misspelt folder": ({"wrongs/x.py": b""}, ["wrongs/: unknown folder; did you mean `wrong`?"]),
    "file for a folder": ({"right": b""}, ["right: unknown file."]),
    "folder for a file": ({"prompt.md/x": b""}, ["prompt.md/: unknown folder."]),
    "absolute path": ({"/etc/passwd": b""}, ["/: unknown folder."]),
    "conftest": (
        {"conftest.py": b""},
        ["conftest.py: a suite has no conftest.py; put helpers in the test files."],
    ),
    "conftest among samples": (
        {"right/conftest.py": b""},
        ["right/conftest.py: a suite has no conftest.py; put helpers in the test files."],
    ),
    "huge file": ({"prompt.md": b"x" * (2**20 + 1)}, ["prompt.md: the file is larger than 1 MiB."]),
    "empty prompt": ({"prompt.md": b" \n"}, ["prompt.md: the statement is empty."]),
    "not UTF-8": ({"prompt.md": b"ok\n\xff\n"}, ["prompt.md: line 2 is not UTF-8 text."]),
    "manifest not UTF-8": ({"assignment.toml": b"\xff"}, ["assignment.toml: line 1 is not UTF-8 text."]),
    "syntax error": ({"reference.py": b"x = 1\ndef f(:\n"}, ["reference.py: line 2: invalid syntax."]),
    "return outside": ({"reference.py": b"return 1\n"}, ["reference.py: line 1: 'return' outside function."]),
    "NUL byte": (
        {"right/adding.py": b"x = '\0'\n"},
        ["right/adding.py: source code string cannot contain null bytes."],
    ),
    # assignment.toml
    "not TOML": (
        manifest("order = 10", "order ="),
        ["assignment.toml: not valid TOML: Invalid value (at line 4, column 8)."],
    ),
    "endless number": (
        table(f"x = {'9' * 5000}"),
        ["assignment.toml: not valid TOML: a number has too many digits."],
    ),
    "large number": (
        table(f"[limits]\nmemory_mib = 0x{'f' * 5000}"),
        ["assignment.toml: `limits.memory_mib` must be at most 8192, not a number that large."],
    ),
    "endless key": (table("a." * 20_000 + "a = 1"), ["assignment.toml: not valid TOML: a key has more than 50 parts."]),
    "endless heading": (
        table('[ "a\\"" .' + "a . " * 50 + "a]"),
        ["assignment.toml: not valid TOML: a key has more than 50 parts."],
    ),
    "endless inline key": (
        table("x = {b = 1, " + "a." * 100 + "a = 1}"),
        ["assignment.toml: not valid TOML: a key has more than 50 parts."],
    ),
    "huge manifest": (table("#" * 64 * 1024), ["assignment.toml: the file is larger than 64 KiB."]),
    "unknown key": (
        manifest("title =", "tilte ="),
        [
            "assignment.toml: `title` is missing.",
            "assignment.toml: unknown key `tilte`; did you mean `title`?",
        ],
    ),
    "unknown table": (table("[author]"), ["assignment.toml: unknown key `author`."]),
    "unknown nested key": (
        table("[limits]\ncall_second = 1"),
        ["assignment.toml: unknown key `limits.call_second`; did you mean `limits.call_seconds`?"],
    ),
    "empty title": (manifest("Double an array", ""), ["assignment.toml: `title` must not be empty."]),
    "blank title": (manifest("Double an array", " "), ["assignment.toml: `title` must not be blank."]),
    "two-line title": (
        manifest("Double an array", r"Double\nan array"),
        ["assignment.toml: `title` must be one line of printable text."],
    ),
    "endless title": (
        manifest("Double an array", "x" * 501),
        ["assignment.toml: `title` must have at most 500 characters."],
    ),
    "title not text": (
        manifest('"Double an array"', "12"),
        ["assignment.toml: `title` must be text in quotes, not 12."],
    ),
    "no topic": (manifest('["arrays"]', "[]"), ["assignment.toml: `topics` must have at least one item."]),
    "topics not a list": (
        manifest('["arrays"]', '"arrays"'),
        ['assignment.toml: `topics` must be a list, not "arrays".'],
    ),
    "topic not text": (
        manifest('["arrays"]', '["arrays", 3]'),
        ["assignment.toml: `topics[2]` must be text in quotes, not 3."],
    ),
    "topic twice": (
        manifest('["arrays"]', '["arrays", "arrays"]'),
        ["assignment.toml: `topics` names `arrays` twice."],
    ),
    "order is text": (
        manifest("order = 10", 'order = "ten"'),
        ['assignment.toml: `order` must be a whole number, not "ten".'],
    ),
    "order is true": (
        manifest("order = 10", "order = true"),
        ["assignment.toml: `order` must be a whole number, not true."],
    ),
    "order below zero": (
        manifest("order = 10", "order = -1"),
        ["assignment.toml: `order` must be at least 0, not -1."],
    ),
    "environment": (
        manifest('"numpy"', '"jax"'),
        ['assignment.toml: `environment` must be "numpy", "torch" or "data", not "jax".'],
    ),
    "imports what the environment has not": (
        {"test_hidden.py": ("import pytest\n", "import pytest\n\nfrom torch.nn import Linear\n")},
        ['test_hidden.py: `torch` cannot be imported with `environment = "numpy"`.'],
    ),
    "no files": (manifest('["double.py"]', "[]"), ["assignment.toml: `files` must have at least one item."]),
    "file twice": (
        manifest('["double.py"]', '["double.py", "double.py"]'),
        ["assignment.toml: `files` names `double.py` twice."],
    ),
    "file with a path": (
        manifest("double.py", "src/double.py"),
        ['assignment.toml: `files[1]` must be a plain lower-case module name such as "model.py", not "src/double.py".'],
    ),
    "file is a keyword": (
        manifest("double.py", "lambda.py"),
        ['assignment.toml: `files[1]` must be a plain lower-case module name such as "model.py", not "lambda.py".'],
    ),
    "reserved file": (
        manifest("double.py", "random.py"),
        [
            'assignment.toml: `files[1]` cannot be "random.py", '
            "which would take the place of the Python module of that name."
        ],
    ),
    "limits not a table": (table("limits = 3"), ["assignment.toml: `limits` must be a table, not 3."]),
    "call too short": (
        table("[limits]\ncall_seconds = 0.01"),
        ["assignment.toml: `limits.call_seconds` must be at least 0.05, not 0.01."],
    ),
    "call too long": (
        table("[limits]\ncall_seconds = 61"),
        ["assignment.toml: `limits.call_seconds` must be at most 60, not 61."],
    ),
    "call for ever": (
        table("[limits]\ncall_seconds = inf"),
        ["assignment.toml: `limits.call_seconds` must be a finite number, not inf."],
    ),
    "call is nan": (
        table("[limits]\ncall_seconds = nan"),
        ["assignment.toml: `limits.call_seconds` must be a finite number, not nan."],
    ),
    "call is true": (
        table("[limits]\ncall_seconds = true"),
        ["assignment.toml: `limits.call_seconds` must be a number, not true."],
    ),
    "run too long": (
        table("[limits]\nrun_seconds = 601"),
        ["assignment.toml: `limits.run_seconds` must be at most 600, not 601."],
    ),
    "run shorter than a call": (
        table("[limits]\nrun_seconds = 1"),
        ["assignment.toml: `limits` must have `run_seconds` at least as long as `call_seconds`."],
    ),
    "too little memory": (
        table("[limits]\nmemory_mib = 63"),
        ["assignment.toml: `limits.memory_mib` must be at least 64, not 63."],
    ),
    "half a mebibyte": (
        table("[limits]\nmemory_mib = 512.5"),
        ["assignment.toml: `limits.memory_mib` must be a whole number, not 512.5."],
    ),
    "too much output": (
        table("[limits]\noutput_kib = 1025"),
        ["assignment.toml: `limits.output_kib` must be at most 1024, not 1025."],
    ),
    "attempts below zero": (
        table("[policy]\nattempts = -1"),
        ["assignment.toml: `policy.attempts` must be at least 0, not -1."],
    ),
    "counting": (
        table('[policy]\ncounting = "mean"'),
        ['assignment.toml: `policy.counting` must be "best", "last" or "first", not "mean".'],
    ),
    "late percent": (
        table("[policy]\nlate_percent_per_day = 101"),
        ["assignment.toml: `policy.late_percent_per_day` must be at most 100, not 101."],
    ),
    "starter percent": (
        table("[lab]\nstarter_max_percent = -1.0"),
        ["assignment.toml: `lab.starter_max_percent` must be at least 0, not -1.0."],
    ),
    # cards.toml
    "cards not TOML": (
        {"cards.toml": b"[[cards]"},
        ["cards.toml: not valid TOML: Expected ']]' at the end of an array declaration (at line 1, column 8)."],
    ),
    "huge deck": ({"cards.toml": b"#" * (64 * 1024 + 1)}, ["cards.toml: the file is larger than 64 KiB."]),
    "no cards": ({"cards.toml": b"cards = []"}, ["cards.toml: `cards` must have at least one item."]),
    "misspelt card": (
        {"cards.toml": b'[[cards]]\nfornt = "a"\nback = "b"'},
        [
            "cards.toml: `cards[1].front` is missing.",
            "cards.toml: unknown key `cards[1].fornt`; did you mean `cards[1].front`?",
        ],
    ),
    "blank card": (
        {"cards.toml": b'[[cards]]\nfront = "a"\nback = " "'},
        ["cards.toml: `cards[1].back` must not be blank."],
    ),
    "cards a table": (
        {"cards.toml": b'[cards]\nfront = "a"'},
        ["cards.toml: `cards` must be a list, not a table."],
    ),
    # the suite
    "no points": (
        public("@pytest.mark.points(1)\n", ""),
        [
            "test_public.py: `test_one_number` has no points; write `@pytest.mark.points(1)` above it.",
        ],
    ),
    "points negative": (public("points(1)", "points(-1)"), [f"test_public.py: {POINTS}"]),
    "points text": (public("points(1)", "points('1')"), [f"test_public.py: {POINTS}"]),
    "points true": (public("points(1)", "points(True)"), [f"test_public.py: {POINTS}"]),
    "points computed": (public("points(1)", "points(1 / 2)"), [f"test_public.py: {POINTS}"]),
    "points named": (public("points(1)", "points(n=1)"), [f"test_public.py: {POINTS}"]),
    "points bare": (public("points(1)", "points"), [f"test_public.py: {POINTS}"]),
    "points infinite": (public("points(1)", "points(1e999)"), [f"test_public.py: {POINTS}"]),
    "points twice": (
        public("@pytest.mark.points(1)\n", "@pytest.mark.points(1)\n@pytest.mark.points(2)\n"),
        ["test_public.py: `test_one_number` has more than one `points` mark."],
    ),
    "points behind a name": (
        public("@pytest.mark.points(1)\n", "one = pytest.mark.points(1)\n@one\n"),
        [
            "test_public.py: `test_one_number` has no points; write `@pytest.mark.points(1)` above it.",
            f"test_public.py: line 4: `points` {BELONGS}",
        ],
    ),
    "points on a case": (
        public(
            "@pytest.mark.points(1)\n",
            "@pytest.mark.points(1)\n@pytest.mark.parametrize('a', [pytest.param(1, marks=pytest.mark.points(3))])\n",
        ),
        [f"test_public.py: line 5: `points` {BELONGS}"],
    ),
    "no point at all": (
        {
            "test_public.py": ("points(1)", "points(0)"),
            "test_hidden.py": b"import pytest\n@pytest.mark.points(0.0)\ndef test_a():\n    'A.'\n",
        },
        ["test_hidden.py: the points of all tests add up to 0."],
    ),
    "visibility": (
        public("points(1)", "points(1)\n@pytest.mark.visibility('after-due-date')"),
        [f"test_public.py: unknown visibility 'after-due-date' of `test_one_number`; {VISIBLE}"],
    ),
    "visibility of the module": (
        {"test_hidden.py": ('"after_due_date"', "1")},
        [f"test_hidden.py: unknown visibility of `test_hidden.py`; {VISIBLE}"],
    ),
    "misspelt mark": (
        public("points(1)", "points(1)\n@pytest.mark.visiblity('hidden')"),
        ["test_public.py: unknown mark `visiblity` on `test_one_number`; did you mean `visibility`?"],
    ),
    "skipped": (
        public("points(1)", "points(1)\n@pytest.mark.skip"),
        ["test_public.py: `test_one_number` is marked `skip`, but a test of a suite must pass or fail."],
    ),
    "hint": (
        public("points(1)", "points(1)\n@pytest.mark.hint()"),
        ["test_public.py: the hint of `test_one_number` must be one text in quotes."],
    ),
    "no title": (
        public('    """The double of 2 is 4."""\n', ""),
        ["test_public.py: `test_one_number` has no docstring; its first line is the title that a student reads."],
    ),
    "two tests of one name": (
        {"test_public.py": b"import pytest\n" + b"@pytest.mark.points(1)\ndef test_a():\n    'A.'\n" * 2},
        ["test_public.py: 2 tests are named `test_a`; pytest would run only the last."],
    ),
    "no test": ({"test_public.py": b""}, ["test_public.py: there is no test in this file."]),
    "asynchronous": (
        public("def test_one", "async def test_one"),
        ["test_public.py: `test_one_number` is asynchronous, which a suite's tests cannot be."],
    ),
    "inherited tests": (
        {"test_hidden.py": ("class TestZero:", "class TestZero(Base):")},
        ["test_hidden.py: class `TestZero` inherits; write its tests out, so that their points can be counted."],
    ),
    "a class with __init__": (
        {"test_hidden.py": ("class TestZero:", "class TestZero:\n    def __init__(self): ...\n")},
        ["test_hidden.py: class `TestZero` has an `__init__`, so pytest would not collect its tests."],
    ),
    # samples
    "wrong answer without feedback": (
        {"wrong/square.py": b"x = 1\n"},
        ["wrong/square.py: has no docstring; it is the feedback that a student reads."],
    ),
    "wrong answer that does not compile": (
        {"wrong/square.py": b"def f(:\n"},
        ["wrong/square.py: line 1: invalid syntax."],
    ),
    "feedback twice": (
        {"wrong/power.py": b'"""You\n  squared."""\n'},
        ["wrong/square.py: has the same docstring as wrong/power.py."],
    ),
    "sample not Python": (
        {"right/adding.ipynb": b"{}"},
        ["right/adding.ipynb: a sample is a .py file, or a folder of them."],
    ),
    "sample with an odd name": (
        {"right/adding up.py": b""},
        ["right/adding up.py: name a sample with letters, digits, `_` and `-` only."],
    ),
    "sample with other files": (
        {"right/other/double.py": b"", "right/other/help.py": b""},
        ["right/other/: holds `double.py` and `help.py`, but `files` names `double.py`."],
    ),
    "sample twice": (
        {"right/adding/double.py": b""},
        ["right/adding: there is both a file right/adding.py and a folder right/adding/; keep one of them."],
    ),
    "several files, samples of one": (
        TWO_FILES,
        [
            f"{name}.py: make this a folder {name}/ that holds `layers.py` and `model.py`."
            for name in ("starter", "reference", "right/adding", "wrong/square")
        ],
    ),
}


def spoil(files: dict[str, bytes], changes: dict[str, bytes | tuple[str, str] | None]) -> dict[str, bytes]:
    for name, change in changes.items():
        if change is None:
            del files[name]
        elif isinstance(change, bytes):
            files[name] = change
        else:
            old = files[name].decode()
            assert change[0] in old
            files[name] = old.replace(*change).encode()
    return files


@pytest.mark.parametrize(("changes", "sentences"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_in_one_sentence(files, changes, sentences):
    with pytest.raises(BundleError) as caught:
        Bundle.from_files("double", spoil(files, changes))
    assert caught.value.problems == sentences
    assert str(caught.value) == "\n".join(sentences)


def test_a_docstring_problem_names_the_file_in_a_sample_s_folder(files):
    files |= {"wrong/bare/double.py": b"x = 1\n"}
    with pytest.raises(BundleError, match=r"^wrong/bare/double\.py: has no docstring"):
        Bundle.from_files("double", files)


def test_all_problems_are_named_at_once(files):
    changes = {
        "prompt.md": b"",
        "starter.py": b"(",
        "cards.toml": b"x",
        "test_public.py": b"",
        "wrong/b.py": b"",
    }
    with pytest.raises(BundleError) as caught:
        Bundle.from_files("double", spoil(files, changes))
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "starter.py",
        "test_public.py",
        "cards.toml",
        "prompt.md",
        "wrong/b.py",
    ]


def test_a_slip_in_the_manifest_does_not_hide_what_is_wrong_with_the_samples(files):
    changes = {"assignment.toml": ("order = 10", ""), "wrong/square.py": b""}
    with pytest.raises(BundleError) as caught:
        Bundle.from_files("double", spoil(files, changes))
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "assignment.toml",
        "wrong/square.py",
    ]


def test_a_bundle_that_is_too_large_is_refused(files):
    for number in range(17):
        files[f"right/n{number}.py"] = b"#" * 2**20
    with pytest.raises(BundleError, match=r"^The bundle is larger than 16 MiB in all\.$"):
        Bundle.from_files("double", files)


def test_a_bundle_of_too_many_files_is_refused(files):
    files |= {f"right/n{number}.py": b"" for number in range(1000)}
    with pytest.raises(BundleError, match=r"^The bundle holds more than 1000 files\.$"):
        Bundle.from_files("double", files)


@pytest.mark.parametrize("slug", ["", "Double", "2x", "a-b", "a b", "a" * 65, "a\n", "é", "../a"])
def test_a_slug_is_a_plain_word(files, slug):
    with pytest.raises(BundleError, match="a bundle's folder is named with lower-case letters"):
        Bundle.from_files(slug, files)


def test_a_bundle_says_what_its_files_say(files):
    bundle = Bundle.from_files("double", files | {"support.py": b"N = 3\n"})
    assert bundle.slug == "double"
    assert bundle.module == "double"
    assert bundle.manifest.title == "Double an array"
    assert bundle.manifest.limits.call_seconds == 2.0
    assert bundle.prompt == "Write `double`.\n"
    assert bundle.support == b"N = 3\n"
    assert bundle.starter == {"double.py": files["starter.py"]}
    assert bundle.reference == {"double.py": files["reference.py"]}
    assert bundle.right["adding"].files == {"double.py": files["right/adding.py"]}
    assert bundle.wrong["square"].docstring == "You squared."
    assert [card.front for card in bundle.cards] == ["What is $2x$?"]
    assert bundle.max_score == Fraction("3.1")


def test_without_support_and_cards_there_are_none(files):
    del files["cards.toml"]
    bundle = Bundle.from_files("double", files)
    assert bundle.support is None
    assert bundle.cards == ()


def test_samples_of_several_files_are_folders(files):
    spoil(files, TWO_FILES)
    for name in ("starter", "reference", "right/adding", "wrong/square"):
        files[f"{name}/layers.py"] = files.pop(f"{name}.py")
        files[f"{name}/model.py"] = b"# the model\n"
    bundle = Bundle.from_files("double", files)
    assert bundle.module == "layers"
    assert list(bundle.starter) == ["layers.py", "model.py"]
    assert bundle.wrong["square"].docstring == "You squared."
    assert bundle.wrong["square"].files["model.py"] == b"# the model\n"


def test_a_bundle_is_rebuilt_from_its_files(files):
    bundle = Bundle.from_files("double", files)
    again = Bundle.from_files("double", dict(reversed(bundle.files.items())))
    assert again == bundle
    assert hash(again) == hash(bundle)


def test_a_bundle_does_not_change_with_what_it_was_built_from(files):
    bundle = Bundle.from_files("double", files)
    files["prompt.md"] = b"Something else."
    assert bundle.prompt == "Write `double`.\n"
    with pytest.raises(TypeError):
        bundle.files["prompt.md"] = b""


@pytest.mark.parametrize(
    "name",
    [
        "__pycache__/reference.cpython-311.pyc",
        "right/__pycache__/adding.pyc",
        ".DS_Store",
        ".git/config",
        "right/.adding.py.swp",
        "prompt.md~",
        "reference.py.bak",
        "reference.py.orig",
        "#prompt.md#",
        "../reference.py",
    ],
)
def test_caches_hidden_files_and_backups_are_not_part_of_a_bundle(files, name):
    bundle = Bundle.from_files("double", files)
    with_it = Bundle.from_files("double", files | {name: b"anything"})
    assert with_it == bundle


def test_the_version_does_not_depend_on_the_order_of_the_files(files):
    version = Bundle.from_files("double", files).version
    names = list(files)
    random.Random(3).shuffle(names)
    assert Bundle.from_files("double", {name: files[name] for name in names}).version == version


@pytest.mark.parametrize("name", ["prompt.md", "test_hidden.py", "wrong/square.py", "cards.toml"])
def test_the_version_changes_with_every_byte(files, name):
    version = Bundle.from_files("double", files).version
    files[name] += b"\n"
    assert Bundle.from_files("double", files).version != version


def test_the_version_stays_what_it_was():
    assert content_hash("gradeloop bundle", {"b": b"2", "a": b"1"}) == (
        "8c9f1f52a3bd31661a7425b3e342aeab192dc8da8aea02be6ad3a313460a4d07"
    )


FILES = st.dictionaries(st.text("ab/\0", max_size=4), st.binary(max_size=4), max_size=4)


@given(FILES, FILES)
def test_different_files_have_different_hashes(one, two):
    assert (content_hash("x", one) == content_hash("x", two)) == (one == two)


def test_bytes_cannot_move_from_a_name_to_a_content():
    assert content_hash("x", {"ab": b"c"}) != content_hash("x", {"a": b"bc"})
    assert content_hash("x", {"a": b"", "b": b""}) != content_hash("x", {"a": b"b"})


def test_data_beside_the_suite_is_part_of_the_version_and_of_what_students_read_it_is_none(files):
    saved = io.BytesIO()
    np.save(saved, np.arange(3))
    data = {"table.csv": b"1,2\n", "rows.json": b"[1]", "words.txt": b"one", "array.npy": saved.getvalue()}
    bundle = Bundle.from_files("double", files | data)
    assert {name: bundle.files[name] for name in data} == data
    assert not data.keys() & bundle.readable.keys()
    assert bundle.version != Bundle.from_files("double", files | data | {"table.csv": b"1,3\n"}).version
    assert read_bundle_zip(bundle_zip("double", bundle.files), "double.zip").version == bundle.version
