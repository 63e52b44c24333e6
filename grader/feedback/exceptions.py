"""Tells a student what an exception means."""

import re
from typing import Final

from grader.feedback.meanings import MEANING_OF_TEXT, MEANING_OF_TYPE

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
