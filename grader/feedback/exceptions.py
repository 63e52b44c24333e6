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

# What a text means only together with the type.
MEANING_OF_TYPE_AND_TEXT: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "NameError",
        r"^name '(get_ipython|display)' is not defined",
        "`get_ipython` and `display` exist in notebooks only: delete that line, or use `print(...)`.",
    ),
    (
        "ImportError",
        r"^attempted relative import",
        "Your files lie side by side and are no package: write `from other import name`, without a dot before `other`.",
    ),
    (
        "FileNotFoundError",
        r"^\[Errno 2\] No such file or directory$",
        "Starting further processes is not allowed here. Leave out `num_workers`, `Pool` and the like.",
    ),
    (
        "RuntimeError",
        r"open file failed|^Parent directory .* does not exist",
        "Writing files is not allowed here, so nothing can be saved.",
    ),
)

# What NumPy 2 has no more, and what to write in its place.
_INSTEAD: Final = {
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), "np.inf"),
    "NINF": "-np.inf",
    "NaN": "np.nan",
    **dict.fromkeys(("float", "float_"), "float"),
    **dict.fromkeys(("int", "int_", "int0"), "int"),
    **dict.fromkeys(("bool", "bool8"), "bool"),
    "object": "object",
    "complex": "complex",
    "str": "str",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
    "trapz": "np.trapezoid",
    "in1d": "np.isin",
    "row_stack": "np.vstack",
    "msort": "np.sort",
    "round_": "np.round",
    "asfarray": "np.asarray(..., dtype=float)",
    "math": "import math",
}
REMOVED_FROM_NUMPY: Final = tuple(
    (
        "AttributeError",
        rf"^`np\.{old}` was removed|^module 'numpy' has no attribute '{old}'",
        f"NumPy 2 has no `np.{old}` any more: write `{new}`.",
    )
    for old, new in _INSTEAD.items()
)

# What a type means, with a name that stands in the student's own line.
MEANING_OF_NAME: Final[dict[str, tuple[str, str]]] = {
    "ModuleNotFoundError": (
        r"^No module named '(\w+)",
        "`{name}` is not available here. Use Python's own modules and what the assignment names.",
    ),
    "NameError": (
        r"^name '(\w+)' is not defined",
        "`{name}` is used but was never defined. Look for a slip in the spelling, a missing import, or a variable that "
        "lives in another function.",
    ),
    "ImportError": (
        r"^cannot import name '(\w+)'",
        "The module is there, but has nothing called `{name}`. Look for a slip in the spelling.",
    ),
    "AttributeError": (
        r"has no attribute '(\w+)'",
        "There is no `{name}` there. Look for a slip in the spelling, and at what stands before the dot.",
    ),
}

# These types are raised for many reasons, so their text is looked at first.
VAGUE: Final = frozenset({"AssertionError", "IndexError", "LinAlgError", "NotImplementedError", "OverflowError"})

LONGEST_TEXT: Final = 400

TYPES_AND_TEXTS: Final = tuple(
    (type_, re.compile(pattern), meaning)
    for type_, pattern, meaning in (*MEANING_OF_TYPE_AND_TEXT, *REMOVED_FROM_NUMPY)
)
PATTERNS: Final = tuple((re.compile(pattern), meaning) for pattern, meaning in MEANING_OF_TEXT)


def explain_exception(type_name: str, message: str, line: str = "") -> str | None:
    """Return what an exception means in plain words, or None where that is not known.

    Args:
        type_name: the exception's own type or the built-in one nearest to it.
        message: its text.
        line: the line of the student's that raised it, where Python did so itself; a name is said only if it is there.
    """
    # The text is the student's to choose and may carry what a hidden test passed in:
    # a sentence is chosen by it, never built from it.
    text = message[:LONGEST_TEXT]
    of_both = (meaning for type_, pattern, meaning in TYPES_AND_TEXTS if type_ == type_name and pattern.search(text))
    of_text = (meaning for pattern, meaning in PATTERNS if pattern.search(text))
    if found := next(of_both, None):
        return found
    if type_name in VAGUE or type_name not in MEANING_OF_TYPE:
        return next(of_text, None) or _of_name(type_name, text, line) or MEANING_OF_TYPE.get(type_name)
    return _of_name(type_name, text, line) or MEANING_OF_TYPE[type_name]


def _of_name(type_name: str, text: str, line: str) -> str | None:
    pattern, meaning = MEANING_OF_NAME.get(type_name, ("", ""))
    found = re.search(pattern, text) if pattern else None
    if found is None or re.search(rf"\b{found[1]}\b", line) is None:
        return None
    return meaning.format(name=found[1])
