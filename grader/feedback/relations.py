"""How a wrong answer relates to the right one, in words that never tell the right numbers."""

from collections.abc import Iterable

import numpy as np

from grader.feedback.arrangements import ARRANGEMENTS, OTHER_SHAPES, PARTS
from grader.feedback.factors import FACTORS, LINE_FACTORS, SCALAR_FACTORS
from grader.feedback.kinds import Array, as_array
from grader.feedback.pairs import Finder, Pair
from grader.feedback.transforms import PRECISION, TRANSFORMS

SAME_SHAPE = (*FACTORS, *ARRANGEMENTS, *TRANSFORMS, *PRECISION, *PARTS, *LINE_FACTORS)
# One number, however often it is repeated, could be read off from any richer relation.
ONE_NUMBER = (*SCALAR_FACTORS, *PRECISION)
# Comparing orders and axes of more entries than this would cost more than the sentence is worth.
MOST_ENTRIES = 100_000


def relation(
    actual: object, expected: object, *, rtol: float = 1e-6, atol: float = 1e-9, name: str = "Your answer"
) -> str | None:
    """Return one sentence on how an answer relates to the right one, or None where no relation is known.

    Both may be numbers, arrays, tensors or lists of numbers. Of a single number only a factor of −1, 2 or 1/2
    and nearness are told.
    """
    left, right = as_array(actual), as_array(expected)
    if left is None or right is None or max(left.size, right.size) > MOST_ENTRIES:
        return None
    if left.dtype.kind == "b" and right.dtype.kind == "b":
        return negated(left, right, name)
    if not (comparable(left) and comparable(right)):
        return None
    pair = Pair(widened(left), widened(right), rtol, atol)
    with np.errstate(all="ignore"):
        found = first(finders(pair), pair)
    return found and f"{name} {found}"


def comparable(array: Array) -> bool:
    """Whether an array holds finite numbers, and at least one."""
    return array.dtype.kind in "iufc" and array.size > 0 and bool(np.isfinite(array).all())


def widened(array: Array) -> Array:
    """The array in double precision, so that no function of it overflows early."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def finders(pair: Pair) -> Iterable[Finder]:
    """The relations that may be told of a pair of these shapes."""
    if pair.actual.shape != pair.expected.shape:
        return OTHER_SHAPES
    if pair.equals(pair.expected):
        return ()
    if np.iscomplexobj(pair.actual) or np.iscomplexobj(pair.expected):
        return FACTORS if pair.distinct > 1 else SCALAR_FACTORS
    return SAME_SHAPE if pair.distinct > 1 else ONE_NUMBER


def first(candidates: Iterable[Finder], pair: Pair) -> str | None:
    """The first relation that holds."""
    return next((found for finder in candidates if (found := finder(pair))), None)


def negated(actual: Array, expected: Array, name: str) -> str | None:
    """True for False everywhere."""
    if actual.size > 1 and actual.shape == expected.shape and (actual != expected).all():
        return f"{name} is True where it should be False, and the reverse."
    return None
