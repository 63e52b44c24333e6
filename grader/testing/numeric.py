"""Whether numbers, arrays and tensors hold the right values."""

import numpy as np

from grader.feedback.failures import Failure
from grader.feedback.forms import DTYPE_WORDS, dtype_text, require_finite, shape_advice, shape_sentence
from grader.feedback.kinds import Array, as_array
from grader.feedback.pairs import agreement
from grader.feedback.quotes import beside
from grader.feedback.relations import relation
from grader.testing.tolerance import Tolerance, held_to

_ACCEPTED = {"b": "b", "i": "iuf", "u": "iuf", "f": "iuf", "c": "iufc", "U": "U", "S": "S"}


def compare_numeric(actual: object, expected: object, tolerance: Tolerance, name: str) -> None:
    """Raise Failure unless an answer of the right kind has the right dtype, shape and values."""
    try:
        _require_equal(actual, expected, tolerance, name)
    except Failure as failure:
        raise Failure(failure.message, detail=beside(actual, expected)) from None


def _require_equal(actual: object, expected: object, tolerance: Tolerance, name: str) -> None:
    left, right = as_array(actual), as_array(expected)
    if left is None or right is None or right.dtype.kind not in _ACCEPTED:
        raise TypeError(f"values of type {type(expected).__name__} cannot be compared as numbers")
    _require_same_dtype(left, right, tolerance, name)
    if left.shape != right.shape:
        raise _other_shape(left, right, tolerance, name)
    exact = all(array.dtype.kind in "biuUS" for array in (left, right))
    if exact:
        _require_all(np.asarray(left == right), left, right, tolerance, name)
    else:
        _compare_floats(left, right, held_to(tolerance, actual, expected, right), name)


def _require_same_dtype(left: Array, right: Array, tolerance: Tolerance, name: str) -> None:
    if tolerance.strict_dtype and left.dtype != right.dtype:
        raise Failure(f"{name} has dtype {dtype_text(left)}, but {right.dtype} is asked for.")
    if left.dtype.kind in _ACCEPTED[right.dtype.kind]:
        return
    held, asked = (DTYPE_WORDS.get(array.dtype.kind, "objects") for array in (left, right))
    verb = "is made of" if left.ndim == 0 else "holds"
    to = "float" if right.dtype.kind == "f" else "int"
    advice = f" `.astype({to})` turns booleans into 0 and 1." if left.dtype.kind == "b" and left.ndim else ""
    raise Failure(f"{name} {verb} {held} (dtype {dtype_text(left)}), but {asked} are asked for.{advice}")


def _other_shape(left: Array, right: Array, tolerance: Tolerance, name: str) -> Failure:
    known = relation(left, right, rtol=tolerance.rtol, atol=tolerance.atol, name="It")
    sentence = shape_sentence(left.shape, right.shape, name)
    message = f"{sentence} {known or shape_advice(left.shape, right.shape)}".rstrip()
    return Failure(message)


def _compare_floats(left: Array, right: Array, tolerance: Tolerance, name: str) -> None:
    if np.isfinite(right).all():
        require_finite(left, name)
    if left.dtype.kind in "iu" and right.dtype.kind in "fc":
        _require_whole(left, right, tolerance, name)
        return
    _require_all(agreement(left, right, tolerance.rtol, tolerance.atol), left, right, tolerance, name)


def _require_whole(left: Array, right: Array, tolerance: Tolerance, name: str) -> None:
    """Raise Failure unless integers are exactly right where floats are asked for."""
    if agreement(left, right, 1e-12, 0.0).all():
        return
    known = relation(left, right, rtol=tolerance.rtol, atol=tolerance.atol, name=name)
    plain = "is an integer" if left.ndim == 0 else f"holds integers (dtype {left.dtype})"
    message = known or f"{name} {plain}, where decimals are asked for."
    if left.ndim and any(bool((left == way(right.real)).all()) for way in (np.trunc, np.floor, np.rint)):
        message = f"{name} {plain}, so its decimals have been cut off. Start from an array of floats."
    raise Failure(message)


def _require_all(right_entries: Array, left: Array, right: Array, tolerance: Tolerance, name: str) -> None:
    if right_entries.all():
        return
    known = relation(left, right, rtol=tolerance.rtol, atol=tolerance.atol, name=name)
    raise Failure(known or f"{name} {_not_right(left)}")


def _not_right(array: Array) -> str:
    if array.ndim:
        return "has the right shape, but not the right values."
    return "is not the right one of True and False." if array.dtype.kind == "b" else "is not the right number."
