"""The sentences for exceptions of student code; none can be made to carry what the code was given."""

from collections.abc import Mapping
from typing import Any

import pytest

from grader.feedback.failures import Raised, Unloadable, Unusable
from grader.feedback.raised import raised

SECRET = "x31337"
SOURCE = {"double.py": ["class Mine(ValueError):", "    pass", "", "def double(x):", "    raise Mine(x)"]}


def described(name: object, *bases: str, message: object = "", frames: object = ()) -> Mapping[str, Any]:
    return {"type": name, "bases": list(bases), "message": message, "frames": frames}


def told(description: Mapping[str, Any], *, loading: bool = False) -> str:
    return raised(description, SOURCE, loading=loading, memory_mib=64).message


def test_an_exception_is_named_with_its_line() -> None:
    frames = [("double.py", 5, "double")]

    assert told(described("Mine", "ValueError", "Exception", message=SECRET, frames=frames)) == (
        "Your code raised a Mine in line 5 of double.py."
    )


@pytest.mark.parametrize(
    "description",
    [
        described(SECRET, "Exception", message=SECRET),
        described("ValueError", SECRET, message=SECRET),
        described("SyntaxError", "Exception", message=SECRET, frames=[(SECRET, 31337, SECRET)]),
        described("ValueError", message=SECRET, frames=[("double.py", 31337, ""), ("double.py", 5.0, ""), SECRET, 5]),
        described("WireError", message=f"an array of dtype {SECRET}"),
        described("WireError", message="a value nested more than 31337 deep"),
        described("RemoteRaised", "ValueError", message=SECRET),
        described("MemoryError", message=SECRET),
        described("SystemExit", message=SECRET),
        described(["x31337"], message=["x31337"]),
        {SECRET: SECRET},
    ],
)
def test_nothing_but_a_line_of_the_file_is_repeated(description: Mapping[str, Any]) -> None:
    assert "31337" not in told(description)


def place_of(description: Mapping[str, Any], *, loading: bool = False) -> tuple[str, int] | None:
    return raised(description, SOURCE, loading=loading, memory_mib=64).place


@pytest.mark.parametrize("loading", [False, True])
def test_the_place_is_the_innermost_line_of_the_students_own(loading: bool) -> None:
    inside = [("double.py", 4, "double"), ("double.py", 5, "double"), ("support/support.py", 9, "make")]

    assert place_of(described("ValueError", frames=inside), loading=loading) == ("double.py", 5)
    assert place_of(described("SyntaxError", frames=[("double.py", 4, "")]), loading=loading) == ("double.py", 4)


@pytest.mark.parametrize("frames", [(), [("double.py", 31337, "")], [(SECRET, 1, "")], SECRET])
def test_a_place_that_cannot_be_is_none(frames: object) -> None:
    assert place_of(described("ValueError", frames=frames)) is None


def test_an_exception_of_the_students_own_can_be_caught_as_the_builtin_it_is() -> None:
    failure = raised(described("Mine", "ValueError", "Exception"), SOURCE, loading=False, memory_mib=64)

    assert isinstance(failure, Raised)
    assert isinstance(failure, ValueError)


@pytest.mark.parametrize("name", ["Failure", "NoSandboxError", "SystemExit", "KeyboardInterrupt", "AssertionError"])
def test_an_exception_named_like_ours_is_a_failure_like_any_other(name: str) -> None:
    failure = raised(described(name, "BaseException"), SOURCE, loading=False, memory_mib=64)

    assert type(failure) is Raised


def test_a_part_is_unwritten_only_where_a_line_of_the_students_own_raises() -> None:
    source = {"double.py": ["def double(x):", "    raise NotImplementedError", "", "def half(x):", "    return f(x)"]}

    def told_of(line: int) -> str:
        description = described("NotImplementedError", "RuntimeError", frames=[("double.py", line, "")])
        return raised(description, source, loading=False, memory_mib=64).message

    assert told_of(2) == "This part is not written yet: it still raises NotImplementedError."
    assert told_of(5).startswith("Your code raised a NotImplementedError in line 5 of double.py. Something is not")


def test_a_syntax_error_is_quoted_only_while_loading() -> None:
    wrong = described("SyntaxError", "Exception", message="invalid syntax", frames=[("double.py", 4, "")])

    assert isinstance(raised(wrong, SOURCE, loading=True, memory_mib=64), Unloadable)
    assert told(wrong, loading=True) == (
        "Python cannot read your file: there is a syntax error in line 4 of double.py (invalid syntax)."
    )
    assert told(wrong) == "Your code raised a SyntaxError in line 4 of double.py."


@pytest.mark.parametrize("line", ["%matplotlib inline", "%%time", "!pip install numpy", "    !ls"])
def test_a_line_of_a_notebook_is_called_one(line: str) -> None:
    wrong = described("SyntaxError", "Exception", message="invalid syntax", frames=[("double.py", 1, "")])

    assert raised(wrong, {"double.py": [line]}, loading=True, memory_mib=64).message.endswith(
        "A line that begins with `%` or `!` is a command of a notebook, and not Python: delete all such lines."
    )


def test_what_cannot_cross_says_why() -> None:
    failure = raised(described("WireError", message="a value of too many parts"), SOURCE, loading=False, memory_mib=64)

    assert isinstance(failure, Unusable)
    assert failure.message == "Your function returned a value of too many parts, which the grader cannot take."
