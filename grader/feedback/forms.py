"""What an array or a tensor must look like: shape, dtype, finiteness, and whether it belongs to a graph."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from grader.feedback.failures import Failure
from grader.feedback.kinds import Array, as_array, plural, shape_text

Shape = int | Sequence[int | None]

DTYPE_KINDS = {"float": "f", "int": "iu", "bool": "b"}

DTYPE_WORDS = {
    "b": "booleans",
    "i": "integers",
    "u": "integers",
    "f": "floating-point numbers",
    "c": "complex numbers",
    "U": "text",
    "S": "bytes",
    "M": "dates",
    "m": "durations",
}

CAUSES = {
    "nan": "It comes from 0/0, inf − inf, 0 · inf, the log of a negative number, or the mean of nothing.",
    "inf": "It comes from a division by zero, or from an `exp` that overflows.",
    "-inf": "It comes from the log of zero, a division by zero, or an `exp` that overflows.",
}


def require_finite(array: Array | None, name: str) -> None:
    """Raise Failure if a numeric array holds nan or inf."""
    if array is None or array.dtype.kind not in "fc":
        return
    nans, infinities = np.isnan(array), np.isinf(array)
    for found, word in ((nans, "nan"), (infinities, "inf")):
        if found.any():
            where = "" if array.ndim == 0 else f" in {found.sum()} of its {plural(array.size, 'entry')}"
            verb = "is" if array.ndim == 0 else "holds"
            raise Failure(f"{name} {verb} {word}{where}. {cause(array, word)}")


def cause(array: Array, word: str) -> str:
    """The usual cause of nan or inf in an array."""
    only_negative = word == "inf" and array.dtype.kind == "f" and not np.isposinf(array).any()
    return CAUSES["-inf" if only_negative else word]


def require_shape(shape: tuple[int, ...], asked: Shape | None, name: str) -> None:
    """Raise Failure if a shape is not the one asked for; None stands for any length."""
    if asked is None:
        return
    wanted = (asked,) if isinstance(asked, int) else tuple(asked)
    fits = len(shape) == len(wanted) and all(b in (None, a) for a, b in zip(shape, wanted, strict=True))
    if not fits:
        raise Failure(f"{shape_sentence(shape, wanted, name)} {shape_advice(shape, wanted)}".rstrip())


def shape_sentence(shape: tuple[int, ...], wanted: tuple[int | None, ...], name: str) -> str:
    """The sentence that sets a shape beside the one asked for."""
    has = "has no entry" if 0 in shape else f"has shape {shape_text(shape)}"
    asked = shape_text(wanted) if wanted else "a single number"
    return f"{name} {has}, but {asked} is asked for."


def shape_advice(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> str:
    """One sentence on how a wrong shape usually comes about, or an empty one."""
    if 0 in shape or None in wanted:
        return ""
    if not wanted:
        return "Take its one entry, for instance with `.item()`." if math.prod(shape) == 1 else ""
    if len(shape) == 2 and shape == wanted[::-1]:
        return "Rows and columns are swapped."
    if len(shape) == 2 and shape[0] == shape[1] and wanted in ((shape[0],), (shape[0], 1), (1, shape[0])):
        n = shape[0]
        return f"That is every entry with every other: did a column of shape ({n}, 1) meet a flat vector ({n},)?"
    if math.prod(shape) == math.prod(length or 0 for length in wanted):
        return "The number of entries is right; only their arrangement is not."
    return ""


def require_dtype(array: Array, dtype: DTypeLike | None, name: str) -> None:
    """Raise Failure if an array is not numeric or not of the dtype asked for."""
    if dtype is None:
        require_dtype_kind(array, "biufc", "numbers", name)
    elif isinstance(dtype, str) and dtype in DTYPE_KINDS:
        require_dtype_kind(array, DTYPE_KINDS[dtype], DTYPE_WORDS[DTYPE_KINDS[dtype][0]], name)
    elif array.dtype != np.dtype(dtype):
        raise Failure(f"{name} has dtype {dtype_text(array)}, but {np.dtype(dtype)} is asked for.")


def require_dtype_kind(array: Array, kinds: str, asked: str, name: str) -> None:
    """Raise Failure if the kind of an array's dtype is not one of the letters."""
    if array.dtype.kind not in kinds:
        held = DTYPE_WORDS.get(array.dtype.kind, "objects")
        raise Failure(f"{name} holds {held} (dtype {dtype_text(array)}), but {asked} {be(asked)} asked for.")


def dtype_text(array: Array) -> str:
    """The dtype of an array, without the field names that a structured one could carry."""
    return str(array.dtype) if array.dtype.kind in "biufcO" else array.dtype.type.__name__


def be(noun: str) -> str:
    return "is" if noun.startswith("a ") or noun == "text" else "are"


def require_tensor_dtype(tensor: Any, dtype: object, name: str) -> None:
    """Raise Failure if a tensor is not of the dtype asked for."""
    if isinstance(dtype, str):
        array: Any = as_array(tensor)
        require_dtype_kind(array, DTYPE_KINDS[dtype], DTYPE_WORDS[DTYPE_KINDS[dtype][0]], name)
    elif dtype is not None and tensor.dtype != dtype:
        raise Failure(f"{name} has dtype {tensor.dtype}, but {dtype} is asked for.")


def require_grad(tensor: Any, requires_grad: bool | None, name: str) -> None:
    """Raise Failure if a tensor does (not) belong to a graph, where that is asked for."""
    if requires_grad is None or tensor.requires_grad == requires_grad:
        return
    if requires_grad:
        raise Failure(
            f"{name} does not require a gradient, so nothing can be learned through it. "
            "Was it detached, made inside `torch.no_grad()`, or made anew from numbers?"
        )
    raise Failure(f"{name} still requires a gradient. Use `torch.no_grad()` or `.detach()` where none is needed.")
