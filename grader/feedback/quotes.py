"""Values as text, cut to a length that fits on a page; for the detail of public tests only."""

import reprlib
from typing import Any

import numpy as np

from grader.feedback.kinds import as_array, describe, shape_text

MOST_ENTRIES = 16
_LONGEST = 2000  # characters


class Quote(reprlib.Repr):
    """A repr that stays short for containers and arrays, and never asks a handle for its own."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = 8
        self.maxstring = self.maxlong = self.maxother = 120

    def repr1(self, value: Any, level: int) -> str:
        if isinstance(value, str | bytes):  # those of NumPy too
            return self.repr_str(value, level)  # type: ignore[arg-type]
        return str(value) if isinstance(value, np.generic) else super().repr1(value, level)

    def repr_ndarray(self, array: Any, level: int) -> str:
        if array.dtype.kind not in "biufcUS":
            return describe(array)
        large = array.size > MOST_ENTRIES
        shown = array.reshape(-1) if large and array.ndim > 2 else array  # an axis of four entries is never shortened
        text = np.array2string(
            shown,
            threshold=MOST_ENTRIES,
            edgeitems=2,
            precision=6,
            formatter={"numpystr": lambda entry: self.repr1(entry, level)},
        )
        return f"{text} of shape {shape_text(array.shape)}" if large else text

    def repr_Tensor(self, tensor: Any, level: int) -> str:  # noqa: N802 - reprlib asks for the type's own name
        return f"tensor {self.repr_ndarray(as_array(tensor), level)}"

    def repr_Handle(self, handle: Any, _level: int) -> str:  # noqa: N802
        return describe(handle)


def quote(value: object) -> str:
    """A value as text of bounded length."""
    text = Quote().repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def beside(actual: object, expected: object) -> str:
    """The answer, and the right one beside it where that is small."""
    own = f"You returned: {quote(actual)}"
    return f"{own}\nAsked for: {quote(expected)}" if is_small(expected) else own


def is_small(value: object) -> bool:
    """Whether a value has so few entries that all of them can be read."""
    array = as_array(value)
    if array is not None:
        return array.size <= MOST_ENTRIES
    if isinstance(value, dict):
        return is_small(list(value.values()))
    if isinstance(value, list | tuple):
        return len(value) <= 4 and all(is_small(item) for item in value)
    return True
