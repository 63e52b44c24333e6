"""What is taken in from a student, and what is refused with a reason."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bundle.manifest import Manifest
from grader.bundle.names import folded
from grader.bundle.submission import SubmissionRefused, read_submission, read_submission_paths

COMMON = {"title": "T", "summary": "S", "topics": ["t"], "order": 1, "environment": "numpy"}
ONE = Manifest(**COMMON, files=["double.py"])
TWO = Manifest(**COMMON, files=["layers.py", "model.py"])

CONFIGURES = "would configure the tests, so it cannot be submitted."
FIRST = "would be run by Python before anything else, so it cannot be submitted."
LIBRARY = "would take the place of the library of that name, so it cannot be submitted."
MODULE = "would take the place of the Python module of that name, so it cannot be submitted."
GRADER = "would take the place of a part of the grader, so it cannot be submitted."
DEVICE = "is a name that Windows keeps for a device, so it cannot be submitted."
UNDERSCORES = "begins with two underscores, which Python keeps for itself, so it cannot be submitted."
A_TEST = "would be taken for a test, so it cannot be submitted."
FOLDER = "has a folder in its name; submit the file alone."
ODD = "is not a name that can be taken; use the letters A to Z, digits and underscores, as in layers.py."
NOT_PYTHON = "is not a Python file; submit layers.py and model.py."

HOSTILE = {
    "conftest.py": CONFIGURES,
    "Conftest.PY": CONFIGURES,
    "pytest.ini": CONFIGURES,
    "tox.ini": CONFIGURES,
    "setup.cfg": CONFIGURES,
    "pyproject.toml": CONFIGURES,
    "setup.py": "would be taken for an installer, so it cannot be submitted.",
    "sitecustomize.py": FIRST,
    "usercustomize.py": FIRST,
    "evil.pth": FIRST,
    "__init__.py": "would turn the folder into a package, so it cannot be submitted.",
    "__main__.py": "would turn the folder into a program, so it cannot be submitted.",
    "__hello__.py": UNDERSCORES,
    "reference.py": "is the name of the teacher's solution, so it cannot be submitted.",
    "support.py": "is the name of the teacher's helper code, so it cannot be submitted.",
    "numpy.py": LIBRARY,
    "NumPy.py": LIBRARY,
    "torch.py": LIBRARY,
    "pytest.py": LIBRARY,
    "_pytest.py": LIBRARY,
    "msgpack.py": LIBRARY,
    "pyseccomp.py": LIBRARY,
    "random.py": MODULE,
    "json.py": MODULE,
    "math.py": MODULE,
    "_io.py": MODULE,
    "test.py": MODULE,
    "numpy": LIBRARY,
    "grader.py": GRADER,
    "worker.py": GRADER,
    "web.py": GRADER,
    "cli.py": GRADER,
    "test_double.py": A_TEST,
    "double_test.py": A_TEST,
    "con.py": DEVICE,
    "LPT1.py": DEVICE,
    "../double.py": FOLDER,
    "/etc/passwd": FOLDER,
    "C:\\double.py": FOLDER,
    "a/../double.py": FOLDER,
    "double.py/": FOLDER,
    "": NOT_PYTHON,
    ".": NOT_PYTHON,
    "..": NOT_PYTHON,
    "-rf": NOT_PYTHON,
    "double": NOT_PYTHON,
    "double.ipynb": NOT_PYTHON,
    "double.py.txt": NOT_PYTHON,
    "double.pyc": NOT_PYTHON,
    "double.py\n": NOT_PYTHON,
    "double.py ": NOT_PYTHON,
    ".py": ODD,
    ".double.py": ODD,
    "-double.py": ODD,
    "2double.py": ODD,
    "double (1).py": ODD,
    "dou ble.py": ODD,
    "dou.ble.py": ODD,
    "dou\nble.py": ODD,
    "dou\0ble.py": ODD,
    "double.PY": ODD,
    "C:double.py": ODD,
    "<b>.py": ODD,
    "dou\u202eble.py": ODD,
    "döuble.py": ODD,
    "d\u043euble.py": ODD,  # a Cyrillic o
    "a" * 65 + ".py": ODD,
    "a" * 4096 + ".py": ODD,
    "\udcff.py": ODD,
    "ｎｕｍｐｙ.py": LIBRARY,
    "ſys.py": MODULE,  # folds to sys
    "teﬆ.py": MODULE,
}


def refusal(manifest: Manifest, files: dict[str, bytes]) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        read_submission(manifest, files)
    return str(caught.value)


@pytest.mark.parametrize(("name", "sentence"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_hostile_name_is_refused_with_its_reason(name, sentence):
    said = refusal(TWO, {name: b"x = 1"})
    assert said.endswith(sentence)
    assert said.isprintable()
    assert len(said) < 250


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_refused_beside_a_good_one(name):
    refusal(ONE, {"double.py": b"", name: b""})
    refusal(TWO, {"layers.py": b"", name: b""})


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_the_name_of_an_only_file_does_not_matter(name):
    if HOSTILE[name] in (FOLDER, NOT_PYTHON) or not folded(name).endswith(".py"):
        refusal(ONE, {name: b"x"})
    else:
        assert read_submission(ONE, {name: b"x"}).files == {"double.py": b"x"}


def test_the_name_comes_first_in_the_refusal():
    assert refusal(TWO, {"conftest.py": b""}) == ("conftest.py would configure the tests, so it cannot be submitted.")


def test_the_expected_file_is_taken():
    assert read_submission(ONE, {"double.py": b"x"}).files == {"double.py": b"x"}


@pytest.mark.parametrize("name", ["Double.py", "my_solution.py", "double_final_2.py", "_.py", "lambda.py"])
def test_an_only_file_may_have_any_plain_name(name):
    assert read_submission(ONE, {name: b"x"}).files == {"double.py": b"x"}


def test_several_files_are_taken_in_their_order():
    submission = read_submission(TWO, {"model.py": b"m", "Layers.py": b"l"})
    assert list(submission.files.items()) == [("layers.py", b"l"), ("model.py", b"m")]


WRONG_SETS = [
    (ONE, [], "Nothing was submitted; submit double.py."),
    (TWO, [], "Nothing was submitted; submit layers.py and model.py."),
    (TWO, ["model.py"], "layers.py is missing; submit layers.py and model.py."),
    (TWO, ["solution.py"], "solution.py is not asked for; submit layers.py and model.py."),
    (TWO, ["layers.py", "model.py", "more.py"], "more.py is not asked for; submit layers.py and model.py."),
    (TWO, ["layers.py", "Layers.py"], "Two of the files are named layers.py; submit one of them."),
    (ONE, ["double.py", "more.py"], "more.py is not asked for; submit double.py."),
    (ONE, [f"n{number}.py" for number in range(21)], "You submitted 21 files; submit only double.py."),
]


@pytest.mark.parametrize(("manifest", "names", "sentence"), WRONG_SETS)
def test_missing_and_unexpected_files_are_named(manifest, names, sentence):
    assert refusal(manifest, dict.fromkeys(names, b"")) == sentence


def test_a_mebibyte_is_taken_and_a_byte_more_is_not():
    assert read_submission(ONE, {"double.py": b"#" * 2**20})
    too_large = "Your files are larger than 1 MiB together, which is too large."
    assert refusal(ONE, {"double.py": b"#" * (2**20 + 1)}) == too_large
    assert refusal(TWO, {"layers.py": b"#" * 2**19, "model.py": b"#" * (2**19 + 1)}) == too_large


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", "\u202e".encode()])
def test_content_is_not_judged_here(data):
    assert read_submission(ONE, {"double.py": data}).files["double.py"] == data


def test_the_same_files_have_the_same_id():
    one = read_submission(ONE, {"double.py": b"x"})
    assert one.id == read_submission(ONE, {"other.py": b"x"}).id
    assert one.id != read_submission(ONE, {"double.py": b"y"}).id
    assert len(bytes.fromhex(one.id)) == 32


@given(st.text(max_size=12) | st.text("./\\~pyconftest_\n\0", max_size=12))
def test_any_name_is_refused_plainly_or_is_harmless(name):
    try:
        submission = read_submission(ONE, {name: b""})
    except SubmissionRefused as refused:
        said = str(refused)
    else:
        said = f"{name} is harmless"
        assert list(submission.files) == ["double.py"]
        assert name.isascii()
        assert name.removesuffix(".py").isidentifier()
    assert said.isprintable()


# From the disk


def refused_path(*paths: Path, manifest: Manifest = ONE) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        read_submission_paths(manifest, paths)
    return str(caught.value)


def test_files_are_read_from_the_disk(tmp_path):
    (tmp_path / "mine.py").write_bytes(b"x")
    assert read_submission_paths(ONE, [tmp_path / "mine.py"]).files == {"double.py": b"x"}


def test_only_regular_files_are_read_from_the_disk(tmp_path):
    link, pipe, folder = tmp_path / "a.py", tmp_path / "b.py", tmp_path / "c.py"
    link.symlink_to("/etc/passwd")
    os.mkfifo(pipe)
    folder.mkdir()
    assert refused_path(link) == f"{link} is a symbolic link, so it cannot be submitted."
    assert refused_path(pipe) == f"{pipe} is not a regular file, so it cannot be submitted."
    assert refused_path(folder) == f"{folder} is a folder, so it cannot be submitted."
    assert refused_path(Path("/dev/zero")) == "/dev/zero is not a regular file, so it cannot be submitted."
    assert refused_path(tmp_path / "d.py") == f"{tmp_path}/d.py does not exist, so it cannot be submitted."
    assert refused_path(Path("a\0.py")) == "a\\x00.py cannot be read, so it cannot be submitted."
    assert refused_path() == "Nothing was submitted; submit double.py."


def test_a_huge_file_is_not_read_from_the_disk(tmp_path):
    with (tmp_path / "double.py").open("wb") as stream:
        stream.truncate(2**40)
    assert refused_path(tmp_path / "double.py").startswith("Your files are larger than 1 MiB")


def test_the_limit_is_for_all_files_together(tmp_path):
    for name in ("layers.py", "model.py"):
        (tmp_path / name).write_bytes(b"#" * (2**19 + 1))
    paths = [tmp_path / "layers.py", tmp_path / "model.py"]
    assert refused_path(*paths, manifest=TWO).startswith("Your files are larger than 1 MiB")


def test_two_files_of_one_name_are_not_mixed_up(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "layers.py").write_bytes(b"")
    paths = [tmp_path / "one" / "layers.py", tmp_path / "two" / "layers.py"]
    assert refused_path(*paths, manifest=TWO) == ("Two of the files are named layers.py; submit one of them.")
