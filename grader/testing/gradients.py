"""Gradients held against central differences of the function they belong to."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.feedback.kinds import Array, as_array, is_number, is_tensor
from grader.testing.checks import assert_number
from grader.testing.close import assert_close


def assert_gradient(
    gradient: object,
    function: Callable[[Any], object],
    at: Any,
    *,
    eps: float = 1e-6,
    rtol: float = 1e-4,
    atol: float = 1e-7,
    name: str = "Your gradient",
) -> None:
    """Check a gradient against the central differences of the function it belongs to.

    Args:
        gradient: the student's, of the same form as `at`.
        function: takes a value like `at`, in double precision, and returns a single number.
        at: a number, an array, a tensor, or a tuple, list or dict of these.
        eps: the step of each entry, times its size where that is above 1.
        rtol, atol: as in `assert_close`; values far above 1 leave fewer digits, and ask for a larger `atol`.

    Raises:
        Failure: an entry differs.
        TypeError: `at` is of a kind without a gradient.
    """
    __tracebackhide__ = True
    expected = _differences(function, at, eps)
    assert_close(gradient, expected, rtol=rtol, atol=atol, name=name)


def _differences(function: Callable[[Any], object], at: Any, eps: float) -> Any:
    if isinstance(at, dict):
        return {key: _differences(_with_entry(function, at, key), part, eps) for key, part in at.items()}
    if isinstance(at, list | tuple):
        make: Callable[[Iterable[Any]], Any] = list if isinstance(at, list) else tuple
        slopes = _differences(lambda items: function(make(items.values())), dict(enumerate(at)), eps)
        return make(slopes.values())
    array = as_array(at)
    if array is None:
        raise TypeError(f"a gradient at a {type(at).__name__} cannot be checked")
    slopes = _array_differences(lambda leaf: function(_like(leaf, at)), array.astype(np.float64), eps)
    return _like(slopes, at, same_dtype=True)


def _with_entry(function: Callable[[Any], object], at: dict[Any, Any], key: object) -> Callable[[Any], object]:
    return lambda part: function({**at, key: part})


def _array_differences(function: Callable[[Array], object], at: Array, eps: float) -> Array:
    """(f(at + h) − f(at − h)) / 2h for each entry of an array."""
    slopes = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        step = eps * max(1.0, abs(float(at[index])))
        above, below = at.copy(), at.copy()
        above[index] += step
        below[index] -= step
        slopes[index] = (_value(function, above) - _value(function, below)) / (above[index] - below[index])
    return slopes


def _value(function: Callable[[Array], object], at: Array) -> float:
    result = function(at)
    # A loss computed with torch is a tensor of one entry.
    array = as_array(result) if is_tensor(result) else None
    return assert_number(array if array is not None else result, name="The value of the function")


def _like(array: Array, at: object, *, same_dtype: bool = False) -> Any:
    """An array in the form of `at`: a float for a number, a tensor for a tensor."""
    if is_number(at):
        return float(array)
    if not is_tensor(at):
        return array
    tensor: Any = at
    made = tensor.detach().double().new_tensor(array)
    return made.to(tensor.dtype) if same_dtype else made
