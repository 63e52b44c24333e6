"""How near an answer must come to the right one."""

from dataclasses import dataclass

import numpy as np

from grader.feedback.kinds import Array, is_tensor

# What numbers of this many bytes can be held to: a relative error, and a share of the largest right entry.
_PRECISION = {4: (1e-5, 1e-6), 2: (1e-2, 1e-3)}


@dataclass(frozen=True)
class Tolerance:
    """|actual − expected| <= atol + rtol · |expected|, and whether dtypes must be the same."""

    rtol: float
    atol: float
    strict_dtype: bool = False


def held_to(tolerance: Tolerance, actual: object, expected: object, right: Array) -> Tolerance:
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
    return Tolerance(max(tolerance.rtol, rtol), max(tolerance.atol, share * largest), tolerance.strict_dtype)


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
