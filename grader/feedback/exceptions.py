"""What an exception means, in plain words."""

import re
from typing import Final

from grader.feedback.meanings import MEANING_OF_TEXT

# What the type alone tells.
MEANING_OF_TYPE: Final[dict[str, str]] = {
    "UnboundLocalError": (
        "A variable is used before this function gives it a value. A name that is assigned anywhere "
        "in a function is local to all of it."
    ),
    "NameError": (
        "A name is used that was never defined. Look for a slip in the spelling, a missing import, or"
        " a variable that lives in another function."
    ),
    "ModuleNotFoundError": "That module is not available here. Use only what the assignment names.",
    "ImportError": ("A module is there, but not the name you import from it. Look for a slip in the spelling."),
    "ZeroDivisionError": "Something is divided by zero: is a count, a batch or a sum empty?",
    "OverflowError": "A number grew too large, most often in `exp`.",
    "FloatingPointError": "A calculation overflowed or had no defined result.",
    "RecursionError": "The function calls itself without an end, or much too deeply. What stops it?",
    "MemoryError": "An array or list grew far too large. Did two shapes broadcast into a huge one?",
    "PermissionError": "Writing files, starting processes and using the network are not allowed here.",
    "BlockingIOError": "Starting further processes or threads is not allowed here.",
    "FileNotFoundError": ("There are no files to open here; everything a function needs comes in its arguments."),
    "FileExistsError": "Writing files is not allowed here.",
    "ConnectionError": "There is no network here.",
    "ConnectionRefusedError": "There is no network here.",
    "TimeoutError": "There is no network here, and nothing to wait for.",
    "OSError": "Writing files, starting processes and using the network are not allowed here.",
    "KeyError": "A dictionary has no entry under the key that is asked for.",
    "IndexError": "An index lies beyond the end. The first index is 0, the last is the length minus 1.",
    "StopIteration": "`next(...)` was called on an iterator that has nothing left.",
    "EOFError": "Nobody can type here: take values from the arguments instead of `input(...)`.",
    "NotImplementedError": (
        "Something is not implemented: a part of your own that is not written yet, or an operation that a library "
        "does not have for values of this kind."
    ),
    "AssertionError": "An `assert` in your own code did not hold.",
    "IndentationError": "The indentation is not consistent: lines of one block start in the same column.",
    "TabError": "Tabs and spaces are mixed in the indentation; use four spaces.",
    "UnicodeDecodeError": "The file holds characters that are not UTF-8.",
    "KeyboardInterrupt": "The code interrupted itself.",
    "LinAlgError": "The matrix is not one that this operation of linear algebra can work on.",
}

# These types are raised for many reasons, so their text is looked at first.
VAGUE: Final = frozenset({"AssertionError", "IndexError", "LinAlgError", "NotImplementedError", "OverflowError"})

LONGEST_TEXT: Final = 400

PATTERNS: Final = tuple((re.compile(pattern), meaning) for pattern, meaning in MEANING_OF_TEXT)


def explain_exception(type_name: str, message: str) -> str | None:
    """Return what an exception means in plain words, or None where that is not known.

    type_name is the exception's own type or the built-in one nearest to it.
    """
    # The text is the student's to choose and may carry what a hidden test passed in:
    # a sentence is chosen by it, never built from it.
    if type_name not in VAGUE and type_name in MEANING_OF_TYPE:
        return MEANING_OF_TYPE[type_name]
    text = message[:LONGEST_TEXT]
    by_text = next((meaning for pattern, meaning in PATTERNS if pattern.search(text)), None)
    return by_text or MEANING_OF_TYPE.get(type_name)
