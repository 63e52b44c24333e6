"""Checks of kind, shape, dtype and finiteness, to be made before a value is touched."""

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from grader.feedback.failures import Failure
from grader.feedback.forms import (
    CAUSES,
    Shape,
    require_dtype,
    require_dtype_kind,
    require_finite,
    require_grad,
    require_shape,
    require_tensor_dtype,
)
from grader.feedback.kinds import (
    Array,
    as_array,
    describe,
    is_handle,
    is_number,
    is_tensor,
    other_length,
    plural,
    wrong_kind,
)


def assert_array(
    value: object,
    *,
    shape: Shape | None = None,
    dtype: DTypeLike | None = None,
    finite: bool = True,
    name: str = "Your answer",
) -> Array:
    """Check that a value is a NumPy array, and return it.

    Args:
        value: what the student returned; a number passes where `shape` is ().
        shape: an int or a sequence, with None where any length will do; None asks nothing.
        dtype: "float", "int" or "bool" (of any width), or one NumPy dtype.
        finite: forbid nan and inf.

    Raises:
        Failure: it is of another kind, dtype or shape, or not finite.
    """
    __tracebackhide__ = True
    if shape == () and is_number(value):
        value = np.asarray(value)
    if type(value) is not np.ndarray:
        raise wrong_kind(value, "a NumPy array", name)
    require_dtype(value, dtype, name)
    require_shape(value.shape, shape, name)
    if finite:
        require_finite(value, name)
    return value


def assert_tensor(
    value: object,
    *,
    shape: Shape | None = None,
    dtype: object = None,
    finite: bool = True,
    requires_grad: bool | None = None,
    name: str = "Your answer",
) -> Any:
    """Check that a value is a torch tensor, and return it.

    Args:
        shape, dtype, finite: as in `assert_array`, with a torch dtype.
        requires_grad: whether it must be connected to a graph; None asks nothing.

    Raises:
        Failure: it is of another kind, dtype or shape, not finite, or connected when it should not be.
    """
    __tracebackhide__ = True
    if not is_tensor(value):
        raise wrong_kind(value, "a PyTorch tensor", name)
    tensor: Any = value
    require_tensor_dtype(tensor, dtype, name)
    require_shape(tuple(tensor.shape), shape, name)
    if finite:
        require_finite(as_array(tensor), name)
    require_grad(tensor, requires_grad, name)
    return tensor


def assert_number(value: object, *, finite: bool = True, name: str = "Your answer") -> float:
    """Check that a value is one real number, and return it as a float; an array without axes passes, no boolean does.

    Raises:
        Failure: it is something else, or not finite.
    """
    __tracebackhide__ = True
    if type(value) is np.ndarray:
        require_dtype_kind(value, "iuf", "a number", name)
        if value.shape != ():
            raise Failure(f"{name} is {describe(value)}, but a single number is asked for.")
    elif not is_number(value) or isinstance(value, complex | np.complexfloating):
        raise wrong_kind(value, "a number", name)
    number = float(as_array(value))  # type: ignore[arg-type]
    if finite and not math.isfinite(number):
        raise Failure(f"{name} is {number}, but a finite number is asked for. {CAUSES[str(number)]}")
    return number


def assert_tuple(value: object, length: int, *, name: str = "Your answer") -> tuple[Any, ...]:
    """Check that a value is a tuple or list of exactly `length` items, and return it as a tuple.

    Raises:
        Failure: it is something else, or of another length.
    """
    __tracebackhide__ = True
    if not isinstance(value, tuple | list):
        raise wrong_kind(value, f"a tuple of {plural(length, 'item')}", name)
    items = tuple(value)
    if len(items) != length:
        raise Failure(other_length(len(items), length, name))
    return items


def assert_iterable(value: object, *, at_most: int = 10_000, name: str = "Your answer") -> list[Any]:
    """Check that a value is a list, a tuple or an iterator, which is read to its end, and return its items.

    Raises:
        Failure: it is something else, or gives more items.
    """
    __tracebackhide__ = True
    items: list[Any]
    if isinstance(value, list | tuple):
        items = list(value)
    elif is_handle(value) and str(getattr(value, "kind", "")) != "function":
        items = _drained(value, at_most, name)
    else:
        raise wrong_kind(value, "a list, a tuple or a generator", name)
    if len(items) > at_most:
        raise Failure(f"{name} gives more than {at_most} items. Does its loop come to an end?")
    return items


def _drained(handle: Any, at_most: int, name: str) -> list[Any]:
    """The items of an iterator in the student's process, one more than allowed at most."""
    try:
        iterator = iter(handle)
    except Failure:
        raise
    except TypeError:  # the student's own `__iter__` may return anything
        raise wrong_kind(handle, "a list, a tuple or a generator", name) from None
    return list(itertools.islice(iterator, at_most + 1))
