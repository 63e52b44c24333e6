"""Whether numbers, arrays and tensors hold the right values."""

from dataclasses import dataclass, replace

import numpy as np

from grader.feedback.failures import Failure
from grader.feedback.forms import DTYPE_WORDS, dtype_text, require_finite, shape_advice, shape_sentence
from grader.feedback.kinds import Array, as_array, is_tensor
from grader.feedback.pairs import agreement
from grader.feedback.quotes import beside
from grader.feedback.relations import relation

_ACCEPTED = {"b": "b", "i": "iuf", "u": "iuf", "f": "iuf", "c": "iufc", "U": "U", "S": "S"}
# What numbers of this many bytes can be held to: a relative error, and a share of the largest right entry.
_PRECISION = {4: (1e-5, 1e-6), 2: (1e-2, 1e-3)}


@dataclass(frozen=True)
class Tolerance:
    """|actual − expected| <= atol + rtol · |expected|, and whether dtypes must be the same."""

    rtol: float
    atol: float
    strict_dtype: bool = False


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
        known = relation(left, right, rtol=tolerance.rtol, atol=tolerance.atol, name="It")
        sentence = shape_sentence(left.shape, right.shape, name)
        raise Failure(f"{sentence} {known or shape_advice(left.shape, right.shape)}".rstrip())
    exact = all(array.dtype.kind in "biuUS" for array in (left, right))
    if exact:
        _require_all(np.asarray(left == right), left, right, tolerance, name)
    else:
        _compare_floats(left, right, _held_to(tolerance, actual, expected, right), name)


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


def _held_to(tolerance: Tolerance, actual: object, expected: object, right: Array) -> Tolerance:
    """The tolerance at the precision of the coarser dtype; half precision counts only where it is asked for.

    actual and expected are arrays, tensors or numbers; right is the expectation as an array.
    """
    asked = _width(expected)
    coarser = min(asked, max(_width(actual), 4))
    if coarser not in _PRECISION:
        return tolerance
    rtol, share = _PRECISION[coarser]
    sizes = np.abs(right[np.isfinite(right)])
    largest = float(sizes.max()) if sizes.size else 0.0
    return replace(tolerance, rtol=max(tolerance.rtol, rtol), atol=max(tolerance.atol, share * largest))


def _width(value: object) -> int:
    """The bytes of one real floating-point number in a value; 8 for whatever is exact."""
    if is_tensor(value):
        tensor_dtype = value.dtype  # type: ignore[attr-defined]
        itemsize: int = tensor_dtype.itemsize
        return itemsize // (2 if tensor_dtype.is_complex else 1) if _is_inexact(tensor_dtype) else 8
    dtype = np.asarray(value).dtype if not isinstance(value, int) else np.dtype(float)
    return {"f": dtype.itemsize, "c": dtype.itemsize // 2}.get(dtype.kind, 8)


def _is_inexact(dtype: object) -> bool:
    return bool(getattr(dtype, "is_floating_point", False) or getattr(dtype, "is_complex", False))
