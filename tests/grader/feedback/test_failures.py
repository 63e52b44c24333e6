"""What a failure carries, and the sentences for code that fails besides being wrong."""

import builtins
import pickle
import signal

import pytest

from grader.feedback.failures import Failure, crashed, missing, run_over, timed_out

PLAIN_EXCEPTIONS = [
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, ExceptionGroup | AssertionError)
]


def test_its_text_is_the_message_alone():
    failure = Failure("Look again.", detail="You returned: 3")
    assert str(failure) == failure.message == "Look again."
    assert failure.detail == "You returned: 3"


def test_it_is_an_assertion_that_failed():
    with pytest.raises(AssertionError):
        raise Failure("Look again.")


@pytest.mark.parametrize("kind", PLAIN_EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_it_can_be_a_builtin_exception_too(kind):
    both = type("Both", (Failure, kind), {})("Look again.", detail="line 3")
    assert isinstance(both, kind)
    assert (str(both), both.detail) == ("Look again.", "line 3")


def test_it_survives_pickling():
    copy = pickle.loads(pickle.dumps(Failure("Look again.", detail="line 3")))
    assert (copy.message, copy.detail) == ("Look again.", "line 3")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (None, "`f` closed its connection to the grader, so no answer came."),
        (3, "`f` ended the whole process instead of returning. Do not call exit(), quit() or os._exit()."),
        (-signal.SIGSEGV, "`f` crashed the Python interpreter, most often by recursion without an end."),
        (-signal.SIGSYS, "`f` ended its own process, as os.abort() and os.kill() do, instead of returning."),
        (-signal.SIGXCPU, "`f` used more than 7 seconds of processor time and was stopped."),
        (-signal.SIGKILL, "`f` was killed, most likely because it used too much memory."),
        (-40, "`f` was ended by signal 40."),
    ],
)
def test_how_a_process_ended_is_said(status: int | None, sentence: str) -> None:
    assert crashed("`f`", status, 7).message == sentence


def test_one_second_is_no_seconds() -> None:
    assert timed_out("`f`", 1.0).message.startswith("`f` did not finish within 1 second and")
    assert timed_out("`f`", 0.5).message.startswith("`f` did not finish within 0.5 seconds and")
    assert run_over(1.0).message.startswith("The 1 second that")


def test_a_missing_function_is_looked_for_among_names_that_can_be_said() -> None:
    offered = {"dobule", "x" * 100_000, "not a name", *(f"name{number}" for number in range(50_000))}

    told = missing("double", {"dobule"}, {}).message
    assert told.endswith("It does have `dobule`: is that the one, by another name?")
    assert len(missing("double", offered, {}).message) < 200


@pytest.mark.parametrize(
    ("lines", "around"),
    [
        (["class Maths:", "    rate = 2", "", "    def double(self, x):", "        return 2 * x"], "the class `Maths`"),
        (["def main():", "\tif True:", "\t\tdef double(x):", "\t\t\treturn 2 * x"], "the function `main`"),
    ],
)
def test_a_function_inside_of_something_else_is_found_there(lines: list[str], around: str) -> None:
    assert missing("double", {"Maths"}, {"double.py": lines}).message == (
        f"Your file has a function `double` only inside {around}. Write it at the left edge of the file."
    )


@pytest.mark.parametrize("line", ["    def double(x):", "class Double:", "    double = 2", "    def double_all(x):"])
def test_a_function_inside_of_nothing_is_missing(line: str) -> None:
    assert missing("double", (), {"double.py": ["if False:", line, "        pass"]}).message == (
        "Your file has no function `double`."
    )
