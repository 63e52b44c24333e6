"""Rows told apart by their values, so that a batch or a split can be read as a list of row numbers."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from grader.feedback.failures import Failure
from grader.feedback.kinds import as_array, describe, is_tensor, plural, shape_text, wrong_kind

_KINDS = "biufcUS"


class Data:
    """An array, a tensor or a list of numbers with one row per example."""

    def __init__(self, values: object) -> None:
        array = as_array(values)
        if array is None or array.ndim == 0 or array.dtype.kind not in _KINDS:
            raise ValueError("rows can be told apart in an array, a tensor or a list of numbers only")
        self.values = values
        self.keys = list(map(_key, array))
        self.row_shape = array.shape[1:]

    def read(self, value: object, name: str) -> list[Hashable]:
        """What tells the rows of a student's value apart, if its kind and shape are those of the data."""
        sequences = (list, tuple, np.ndarray)
        kinds = sequences if type(self.values) in (list, tuple) else (type(self.values),)
        if type(value) not in kinds:
            raise wrong_kind(value, _kind_of(self.values), name)
        no_rows = isinstance(value, list | tuple) and not value  # which has no shape
        rows = np.zeros((0, *self.row_shape)) if no_rows else as_array(value)
        if rows is None or rows.dtype.kind not in _KINDS:
            raise Failure(f"{name} is {describe(value)}, and not all of it is numbers or text.")
        if rows.ndim == 0 or (rows.shape[1:] != self.row_shape and len(rows)):
            wanted = shape_text((None, *self.row_shape))
            raise Failure(f"{name} has shape {shape_text(rows.shape)}, but {wanted} is asked for.")
        return list(map(_key, rows))


class Rows(Data):
    """Data whose rows all differ, so that each can be found again by its values."""

    def __init__(self, values: object) -> None:
        super().__init__(values)
        self.positions = {key: position for position, key in enumerate(self.keys)}
        if len(self.positions) != len(self.keys):
            raise ValueError("rows must differ from one another to be told apart")

    def find(self, value: object, name: str) -> list[int]:
        """The row numbers in a student's value; raise Failure for rows that the data does not hold."""
        found = [self.positions.get(key, -1) for key in self.read(value, name)]
        unknown = found.count(-1)
        if unknown:
            raise Failure(f"{name} holds {plural(unknown, 'row')} that the data given to you does not hold.")
        return found


def contiguous(rows: list[int]) -> bool:
    """Whether row numbers, in any order, leave no gap between the first and the last."""
    return not rows or max(rows) - min(rows) + 1 == len(rows)


def _kind_of(values: object) -> str:
    if is_tensor(values):
        return "a PyTorch tensor"
    return "a NumPy array" if type(values) is np.ndarray else "a list"


def _key(row: Any) -> Hashable:
    """What makes a row equal to another: its shape and values, whatever their dtype."""
    array = np.asarray(row)
    if array.dtype.kind in "US":
        return array.shape, str(array.tolist())
    wide = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    # Adding zero makes −0.0 and 0.0 the same bytes.
    return array.shape, (wide + 0.0).tobytes()
