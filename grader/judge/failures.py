"""The ways in which student code fails besides being wrong, each with its own plain sentence."""

import builtins
import difflib
import re
import signal
from collections.abc import Collection, Mapping
from typing import Any, Final

from grader.feedback.exceptions import explain_exception
from grader.judge.sandboxes import Ending
from grader.testing.failure import Failure

SourceLines = Mapping[str, list[str]]

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_MIXABLE: Final = (
    ArithmeticError, AssertionError, AttributeError, IndexError, KeyError, LookupError, NameError,
    NotImplementedError, OverflowError, RecursionError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
_OWN_NAMES: Final = frozenset(
    {"AxisError", "JSONDecodeError", "LinAlgError", "RemoteRaised", "UFuncTypeError", "WireError"}
)  # of the libraries, and of our own runtime
_MAX_FRAMES: Final = 12  # no more are sent by our own runtime
_RAISES: Final = re.compile(r"\braise\b")
_UNWRITTEN: Final = "This part is not written yet: it still raises NotImplementedError."
_MAX_OFFERED: Final = 1000  # names that a misspelt one is looked for among
_BLOCK: Final = re.compile(r"([ \t]*)(class|def)[ \t]+([A-Za-z_][A-Za-z0-9_]{0,59})\b")
_NOTEBOOK: Final = re.compile(r"\s*(%%?|!)\s*[A-Za-z]")
_UNREADABLE: Final = re.compile(
    r"a value nested more than 32 deep|a value of too many parts|a value that is too large"
    r"|an integer of too many digits|(?:a collection|a range|a set or dict) of more than 100?000 items"
    r"|a set or dict whose keys share one hash|an array of more than 32 dimensions"
    r"|an empty array with a huge extent|an array of dtype (?:object|str|bytes|void)"
)


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
    """Return the failure of a submission that lacks a function; one inside of a class and a misspelt one are named."""
    around = _around(name, source)
    if around:
        return Missing(
            f"Your file has a function `{name}` only inside {around}. Write it at the left edge of the file."
        )
    near = difflib.get_close_matches(name, sorted(filter(_IDENTIFIER.fullmatch, offered))[:_MAX_OFFERED], n=1)
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


def killed_from_outside(ending: Ending, memory_mib: int) -> bool:
    """Tell whether a sandbox was killed by what no student code can bring about: it is our trouble, then.

    Student code cannot send that signal, nor set a limit by which the kernel would; it is left memory, then.
    """
    return ending.status == -signal.SIGKILL and ending.peak_kib < memory_mib * 1024 // 2


def crashed(what: str, ending: Ending, cpu_seconds: float) -> Crashed:
    """Return the failure that tells how a sandbox ended by itself."""
    status = ending.status
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


def raised(description: Mapping[str, Any], source: SourceLines, *, loading: bool, memory_mib: int) -> Failure:
    """Return the failure for an exception that student code raised.

    Args:
        description: the sandbox's word for it, not to be believed further than text.
        source: the student's files, by name, as lines.
        loading: whether it happened while the file was loaded.
        memory_mib: the limit to name when memory ran out.
    """
    name, builtin = _names(description, source)
    message = _text(description.get("message"))
    frames = _frames(description.get("frames"), source)
    place = frames[-1][:2] if frames else None
    where = f" in line {place[1]} of {place[0]}" if place else ""
    unwritten = name == "NotImplementedError" and _raises(place, source) and not loading
    sentence = _UNWRITTEN if unwritten else _sentence(name, builtin, message, where, loading, memory_mib)
    if loading and builtin == "SyntaxError":
        sentence += _notebook(place, source)
    detail = "\n".join(filter(None, (f"{name}: {message}" if message else "", _traceback(frames, source))))
    if loading:
        return Unloadable(sentence, detail=detail, place=place)
    if name == "WireError":
        return Unusable(f"Your function returned {_unreadable(message)}, which the grader cannot take.{_why(message)}")
    return _mixed(builtin)(sentence, detail=detail, place=place)


def _sentence(name: str, builtin: str, message: str, where: str, loading: bool, memory_mib: int) -> str:
    if builtin == "MemoryError":
        return f"Your code ran out of memory{where}; {memory_mib} MiB are allowed. Is an array far too large?"
    if name == "RemoteRaised":
        return f"A function that your code was given raised an exception when it was called{where}. Is it called right?"
    if builtin == "SyntaxError" and loading:
        return f"Python cannot read your file: there is a syntax error{where} ({message})."
    if builtin == "SystemExit":
        return f"Your code called exit(){where} instead of returning. Remove that call."
    begin = "Your file could not be loaded: it" if loading else "Your code"
    article = "an" if name[:1] in "AEIOU" else "a"
    explanation = explain_exception(builtin, message)
    return f"{begin} raised {article} {name}{where}." + (f" {explanation}" if explanation else "")


def _notebook(place: tuple[str, int] | None, source: SourceLines) -> str:
    """Return what to do with a line that only a notebook can read, as a sentence after a space, or nothing."""
    if place is None or not _NOTEBOOK.match(source[place[0]][place[1] - 1]):
        return ""
    return " A line that begins with `%` or `!` is a command of a notebook, and not Python: delete all such lines."


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


def _raises(place: tuple[str, int] | None, source: SourceLines) -> bool:
    """Tell whether a line of the student's own raises, and not a library that it calls."""
    return place is not None and _RAISES.search(source[place[0]][place[1] - 1]) is not None


def _unreadable(message: str) -> str:
    """Return what the sandbox says could not cross, where it is one of our own sentences."""
    found = _UNREADABLE.match(message)
    return found[0] if found else "a value of a kind that does not cross"


def _why(message: str) -> str:
    if not message.startswith("an array of dtype object"):
        return ""
    return " Such an array holds Python objects instead of numbers. Do its rows differ in length, or is one entry None?"


def _names(description: Mapping[str, Any], source: SourceLines) -> tuple[str, str]:
    """Return the exception's own name, and that of the builtin type nearest to it.

    An own name must be one that could be known without running the code: else it could be made of hidden inputs.
    """
    bases = description.get("bases")
    names = [description.get("type"), *(bases if type(bases) is list else [])]
    names = [name for name in names if type(name) is str and _IDENTIFIER.fullmatch(name)]
    known = [name for name in names if _is_exception(name)]
    builtin = "SyntaxError" if "SyntaxError" in known else (known or ["Exception"])[0]
    own = names[0] if names else builtin
    return (own if own in _OWN_NAMES or _is_exception(own) or _declares(source, own) else builtin), builtin


def _declares(source: SourceLines, name: str) -> bool:
    declaration = re.compile(rf"\s*class\s+{name}\b")
    return any(declaration.match(line) for lines in source.values() for line in lines)


def _is_exception(name: str) -> bool:
    thing = getattr(builtins, name, None)
    return isinstance(thing, type) and issubclass(thing, BaseException)


def _text(message: object) -> str:
    text = message if type(message) is str else ""
    return "".join(character if character.isprintable() else " " for character in text[:300])


def _frames(frames: object, source: SourceLines) -> list[tuple[str, int, str]]:
    """Return the frames that lie in the student's own files, as far as they can be true."""
    believed = []
    for frame in frames[-_MAX_FRAMES:] if type(frames) is list else []:
        match frame:
            case (str(file), int(line), str(function)) if 1 <= line <= len(source.get(file, ())):
                believed.append((file, int(line), function if _IDENTIFIER.fullmatch(function) else ""))
    return believed


def _traceback(frames: list[tuple[str, int, str]], source: SourceLines) -> str:
    rows = []
    for file, line, function in frames:
        rows.append(f"{file}, line {line}" + (f", in {function}" if function else ""))
        rows.append(f"    {_text(source[file][line - 1].strip())}")
    return "\n".join(rows)


def _seconds(count: float) -> str:
    return "1 second" if count == 1 else f"{count:g} seconds"


def _mixed(builtin: str) -> type[Raised]:
    base = next((kind for kind in _MIXABLE if kind.__name__ == builtin), None)
    if base is None or base is AssertionError:
        return Raised
    return type("Raised", (Raised, base), {"type_name": builtin})
