"""A wrong answer beside the right one, and what it means for two arrays to agree."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.feedback.kinds import Array


def agreement(actual: Array, expected: Array, rtol: float, atol: float) -> Array:
    """Entry by entry, whether |actual − expected| <= atol + rtol · |expected|; nan agrees with nan."""
    with np.errstate(all="ignore"):
        equal = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
        near = np.abs(actual - expected) <= atol + rtol * np.abs(expected)
    # An infinite expectation makes the allowance infinite too, so only equality counts there.
    return np.asarray(equal | (near & np.isfinite(actual) & np.isfinite(expected)))


@dataclass(frozen=True)
class Pair:
    """Two finite arrays of float64 or complex128, and the tolerances at which they are compared."""

    actual: Array
    expected: Array
    rtol: float
    atol: float

    def same(self, left: Array, right: Array) -> bool:
        """Whether two arrays have one shape and agree within the tolerances."""
        return left.shape == right.shape and bool(agreement(left, right, self.rtol, self.atol).all())

    def equals(self, other: Array) -> bool:
        """Whether the answer agrees with another array."""
        return self.same(self.actual, other)

    @property
    def distinct(self) -> int:
        """How many different sizes the right entries have; one such size can prove little."""
        return len(np.unique(np.abs(self.expected)))

    @property
    def rows(self) -> int:
        """The length of the right answer's first axis."""
        return int(self.expected.shape[0]) if self.expected.ndim else 1


# The end of a sentence that begins with the answer's name, or None where the relation does not hold.
Finder = Callable[[Pair], str | None]
