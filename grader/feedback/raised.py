"""The failure for an exception that student code raised; its text is the student's, and is never believed."""

import builtins
import re
from collections.abc import Mapping
from typing import Any, Final

from grader.feedback.exceptions import explain_exception
from grader.feedback.failures import IDENTIFIER, Failure, Raised, SourceLines, Unloadable, Unusable

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
_NOTEBOOK: Final = re.compile(r"\s*(%%?|!)\s*[A-Za-z]")
_UNREADABLE: Final = re.compile(
    r"a value nested more than 32 deep|a value of too many parts|a value that is too large"
    r"|an integer of too many digits|(?:a collection|a range|a set or dict) of more than 100?000 items"
    r"|a set or dict whose keys share one hash|an array of more than 32 dimensions"
    r"|an empty array with a huge extent|an array of dtype (?:object|str|bytes|void)"
)


def raised(description: Mapping[str, Any], source: SourceLines, *, loading: bool, memory_mib: int) -> Failure:
    """Return the failure for an exception that student code raised.

    Args:
        description: what the sandbox sent, of which nothing but text is believed.
        source: the student's files, by name, as lines.
        loading: whether it happened while the file was loaded.
        memory_mib: the limit to name when memory ran out.
    """
    name, builtin = _names(description, source)
    message = _text(description.get("message"))
    frames = _frames(description.get("frames"), source)
    place = frames[-1][:2] if frames else None
    where = f" in line {place[1]} of {place[0]}" if place else ""
    line = source[place[0]][place[1] - 1] if place and not _raises(place, source) else ""
    unwritten = name == "NotImplementedError" and _raises(place, source) and not loading
    sentence = (
        _UNWRITTEN
        if unwritten
        else _sentence(name, builtin, message, where, line, loading=loading, memory_mib=memory_mib)
    )
    if loading and builtin == "SyntaxError":
        sentence += _notebook(place, source)
    detail = "\n".join(filter(None, (f"{name}: {message}" if message else "", _traceback(frames, source))))
    if loading:
        return Unloadable(sentence, detail=detail, place=place)
    if name == "WireError":
        return Unusable(f"Your function returned {_unreadable(message)}, which the grader cannot take.{_why(message)}")
    return _mixed(builtin)(sentence, detail=detail, place=place)


def _sentence(name: str, builtin: str, message: str, where: str, line: str, *, loading: bool, memory_mib: int) -> str:
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
    explanation = explain_exception(builtin, message, line)
    return f"{begin} raised {article} {name}{where}." + (f" {explanation}" if explanation else "")


def _notebook(place: tuple[str, int] | None, source: SourceLines) -> str:
    """Return what to do with a line that only a notebook can read, as a sentence after a space, or nothing."""
    if place is None or not _NOTEBOOK.match(source[place[0]][place[1] - 1]):
        return ""
    return " A line that begins with `%` or `!` is a command of a notebook, and not Python: delete all such lines."


def _raises(place: tuple[str, int] | None, source: SourceLines) -> bool:
    """Tell whether a line of the student's own raises, and not a library that it calls."""
    return place is not None and _RAISES.search(source[place[0]][place[1] - 1]) is not None


def _unreadable(message: str) -> str:
    """Return the sandbox's words for what could not cross, if they are one of our own sentences."""
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
    names = [name for name in names if type(name) is str and IDENTIFIER.fullmatch(name)]
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
                believed.append((file, int(line), function if IDENTIFIER.fullmatch(function) else ""))
    return believed


def _traceback(frames: list[tuple[str, int, str]], source: SourceLines) -> str:
    rows = []
    for file, line, function in frames:
        rows.append(f"{file}, line {line}" + (f", in {function}" if function else ""))
        rows.append(f"    {_text(source[file][line - 1].strip())}")
    return "\n".join(rows)


def _mixed(builtin: str) -> type[Raised]:
    base = next((kind for kind in _MIXABLE if kind.__name__ == builtin), None)
    if base is None or base is AssertionError:
        return Raised
    return type("Raised", (Raised, base), {"type_name": builtin})
