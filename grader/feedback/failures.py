"""What a test says of a student's answer: `Failure`, and its kinds for code that fails besides being wrong."""

import difflib
import re
import signal
from collections.abc import Collection, Mapping
from typing import Final

SourceLines = Mapping[str, list[str]]

IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_MAX_OFFERED: Final = 1000  # names that a misspelt one is looked for among
_BLOCK: Final = re.compile(r"([ \t]*)(class|def)[ \t]+([A-Za-z_][A-Za-z0-9_]{0,59})\b")


class Failure(AssertionError):
    """What is not right with an answer: a message for every test, and a detail for public tests only.

    `place` is the file and the line of the student's where it happened, as far as there is one.
    """

    def __init__(self, message: str, *, detail: str = "", place: tuple[str, int] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.place = place

    def __str__(self) -> str:
        return self.message


class TimedOut(Failure):
    """A call took longer than its limit."""


class Crashed(Failure):
    """The student's process ended in the middle of a call."""


class Missing(Failure):
    """The file lacks what the assignment asks for."""


class Unusable(Failure):
    """What came back cannot cross, or cannot be used by the test."""


class Interfered(Failure):
    """The channel to the judge carried what our own runtime never sends."""


class Unloadable(Failure):
    """The file cannot be loaded, so nothing in it can be called."""


class Raised(Failure):
    """Student code raised an exception; for builtin ones an instance is also of that type."""

    type_name = "Exception"


def missing(name: str, offered: Collection[str], source: SourceLines) -> Missing:
    """Return the failure of a submission without a function; name one inside a class, and one with a similar name."""
    around = _around(name, source)
    if around:
        return Missing(
            f"Your file has a function `{name}` only inside {around}. Write it at the left edge of the file."
        )
    near = difflib.get_close_matches(name, sorted(filter(IDENTIFIER.fullmatch, offered))[:_MAX_OFFERED], n=1)
    hint = f" It does have `{near[0]}`: is that the one, by another name?" if near else ""
    return Missing(f"Your file has no function `{name}`.{hint}")


def not_a_function(name: str) -> Missing:
    """Return the failure of a submission in which the name of a function stands for something else."""
    return Missing(f"`{name}` in your file is not a function. Is there a later line that assigns something to it?")


def interfered() -> Interfered:
    return Interfered(
        "Your code wrote to the grader's own channel, or broke it. Return values from your functions and leave the "
        "rest of the process alone."
    )


def timed_out(what: str, seconds: float) -> TimedOut:
    return TimedOut(
        f"{what} did not finish within {_seconds(seconds)} and was stopped. Is there a loop that never ends, or one "
        "that does the same work over and over?"
    )


def run_over(seconds: float) -> TimedOut:
    return TimedOut(f"The {_seconds(seconds)} that the whole run may take were used up before this test was done.")


def endless(items: int) -> Unusable:
    return Unusable(f"Your iterator gives more than {items} items. Does its loop come to an end?")


def too_much(mebibytes: int) -> Unusable:
    return Unusable(
        f"Your code has returned more than {mebibytes} MiB by now, which is too much for the grader to keep. Are your "
        "results far larger than asked for?"
    )


def crashed(what: str, status: int | None, cpu_seconds: float) -> Crashed:
    """Return the failure for a sandbox that ended by itself.

    Args:
        what: the call, for the sentence.
        status: the exit code, or minus the number of the signal; None where the process still runs.
        cpu_seconds: the limit of processor time.
    """
    if status is None:
        return Crashed(f"{what} closed its connection to the grader, so no answer came.")
    if status >= 0:
        return Crashed(
            f"{what} ended the whole process instead of returning. Do not call exit(), quit() or os._exit()."
        )
    if -status == signal.SIGXCPU:
        return Crashed(f"{what} used more than {_seconds(cpu_seconds)} of processor time and was stopped.")
    reasons = {
        signal.SIGKILL: "was killed, most likely because it used too much memory",
        signal.SIGSEGV: "crashed the Python interpreter, most often by recursion without an end",
        signal.SIGBUS: "crashed the Python interpreter by using memory that is not there",
        signal.SIGFPE: "crashed the Python interpreter by an arithmetic fault",
        signal.SIGSYS: "ended its own process, as os.abort() and os.kill() do, instead of returning",
    }
    reason = reasons.get(-status, f"was ended by signal {-status}")  # type: ignore[call-overload]
    return Crashed(f"{what} {reason}.")


def _around(name: str, source: SourceLines) -> str:
    """Return in which class or function of the file a function is defined, or nothing if it is in none."""
    for lines in source.values():
        blocks = [(found, number) for number, line in enumerate(lines) if (found := _BLOCK.match(line))]
        number, margin = next(((at, found[1]) for found, at in blocks if found[1] and found[3] == name), (0, ""))
        for line in reversed(lines[:number]):
            if not line.strip() or len(_margin(line)) >= len(margin):
                continue
            margin = _margin(line)
            if found := _BLOCK.match(line):
                return f"the {'class' if found[2] == 'class' else 'function'} `{found[3]}`"
    return ""


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _seconds(count: float) -> str:
    return "1 second" if count == 1 else f"{count:g} seconds"
