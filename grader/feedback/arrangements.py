"""Answers whose entries stand in other places than the right answer's."""

import numpy as np

from grader.feedback.kinds import Array, plural
from grader.feedback.pairs import Finder, Pair, agreement


def transposed(pair: Pair) -> str | None:
    """Rows for columns, in a square matrix or in the last two axes of a stack."""
    if pair.expected.ndim >= 2 and pair.equals(np.swapaxes(pair.expected, -1, -2)):
        return "is the transpose of the right answer."
    return None


def reversed_order(pair: Pair) -> str | None:
    """Back to front along one axis."""
    for axis, line in lines(pair):
        if pair.equals(np.flip(pair.expected, axis)):
            return f"has its {line} in reverse order."
    return None


def rolled(pair: Pair) -> str | None:
    """Everything moved by one place."""
    for axis, line in lines(pair):
        for step, way in ((1, "later"), (-1, "earlier")):
            if pair.equals(np.roll(pair.expected, step, axis)):
                return f"has its {line} one place too far to the {'end' if way == 'later' else 'start'}."
            if one_place_off(pair, axis, step):
                return f"has its {line} one place {way} than they belong. Look for an index that is off by one."
    return None


def one_place_off(pair: Pair, axis: int, step: int) -> bool:
    """Whether all but the entries at the open end are those of the neighbouring place."""
    if pair.expected.shape[axis] < 4:
        return False
    front = np.delete(pair.expected, -1 if step == 1 else 0, axis)
    back = np.delete(pair.actual, 0 if step == 1 else -1, axis)
    return pair.same(back, front)


def lines(pair: Pair) -> list[tuple[int, str]]:
    """The axes along which an order can be told, with what lies along them."""
    if not mostly_distinct(pair):
        return []
    if pair.expected.ndim == 1:
        return [(0, "entries")]
    return [(0, "rows"), (pair.expected.ndim - 1, "columns")]


def mostly_distinct(pair: Pair) -> bool:
    """Whether the right entries differ enough for their order to mean something; labels of classes do not."""
    return 2 * len(np.unique(pair.expected)) > pair.expected.size


def another_order(pair: Pair) -> str | None:
    """The right rows or entries, in some other order."""
    if not mostly_distinct(pair):
        return None
    if pair.expected.ndim == 2 and pair.same(sorted_rows(pair.actual), sorted_rows(pair.expected)):
        return "holds the right rows in another order."
    if pair.same(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None)):
        return "holds the right entries in another order."
    return None


def sorted_rows(matrix: Array) -> Array:
    """The rows of a matrix, sorted by their first entries."""
    return np.asarray(matrix[np.argsort(matrix[:, 0], kind="stable")])


def parts(pair: Pair) -> str | None:
    """Right in the first or last row only, or everywhere but there."""
    right = row_agreement(pair)
    if len(right) < 3 or not right.any():
        return None
    line = "entry" if pair.expected.ndim == 1 else "row"
    patterns = {
        f"is right in its first {line} only.": right[0] and not right[1:].any(),
        f"is right in its last {line} only.": right[-1] and not right[:-1].any(),
        f"is right except in its last {line}.": right[:-1].all(),
        f"is right except in its first {line}.": right[1:].all(),
    }
    return next((words for words, holds in patterns.items() if holds), None)


def row_agreement(pair: Pair) -> Array:
    """For each row of the first axis, whether all of it is right."""
    if pair.expected.ndim == 0:
        return np.zeros(0, dtype=bool)
    right = agreement(pair.actual, pair.expected, pair.rtol, pair.atol)
    return np.asarray(right.all(axis=tuple(range(1, right.ndim))))


def diagonal(pair: Pair) -> str | None:
    """Right on the diagonal only, or everywhere but there."""
    shape = pair.expected.shape
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 3:
        return None
    right = agreement(pair.actual, pair.expected, pair.rtol, pair.atol)
    on = np.eye(shape[0], dtype=bool)
    if right[on].all() and not right[~on].any():
        return "is right on the diagonal only."
    return "is right except on the diagonal." if right[~on].all() else None


def repeated(pair: Pair) -> str | None:
    """The same row, or the same number, again and again where the right ones differ."""
    if pair.rows < 3 or (pair.expected == pair.expected[:1]).all() or (pair.actual != pair.actual[:1]).any():
        return None
    line = "number" if pair.expected.ndim == 1 else "row"
    return f"holds the same {line} again and again, where they should differ."


def without_axes_of_one(pair: Pair) -> str | None:
    """The right numbers in another shape."""
    if pair.actual.size != pair.expected.size or pair.expected.size < 2:
        return None
    if pair.same(pair.actual.ravel(), pair.expected.ravel()):
        return "holds the right numbers; only its shape is not right."
    if pair.expected.ndim == 2 and pair.equals(pair.expected.T):
        return "is the transpose of the right answer."
    return None


def every_pair(pair: Pair) -> str | None:
    """An (n, n) table where n numbers are asked for."""
    n, shape = pair.expected.size, pair.actual.shape
    if n > 1 and shape == (n, n) and max(pair.expected.shape) == n:
        return (
            f"holds {n} times {n} numbers where {n} are asked for, as when a column of shape ({n}, 1) meets a flat "
            f"vector of shape ({n},). Did two such shapes meet?"
        )
    return None


def not_reduced(pair: Pair) -> str | None:
    """A sum or mean over one axis, or over everything, is still to be taken."""
    if pair.actual.size <= pair.expected.size or pair.expected.size == 0:
        return None
    for axis in (None,) if pair.actual.ndim == 1 else (0, pair.actual.ndim - 1, None):
        for word, reduce in (("summed", np.sum), ("averaged", np.mean)):
            reduced = np.asarray(reduce(pair.actual, axis=axis))
            if pair.same(reduced.ravel(), pair.expected.ravel()):
                over = {0: "its rows", None: "all its entries"}.get(axis, "its columns")
                return f"would be right if it were {word} over {over}."
    return None


def reduced_too_far(pair: Pair) -> str | None:
    """The sum or mean of a right answer that should have stayed in several entries."""
    if pair.actual.size >= pair.expected.size or pair.actual.size == 0 or pair.distinct < 2:
        return None
    for axis in (None, 0, pair.expected.ndim - 1):
        for word, reduce in (("sum", np.sum), ("mean", np.mean)):
            if pair.same(pair.actual.ravel(), np.asarray(reduce(pair.expected, axis=axis)).ravel()):
                what = {0: "over its rows", None: "of its entries"}.get(axis, "over its columns")
                return f"is the right answer's {word} {what}."
    return None


def shorter_or_longer(pair: Pair) -> str | None:
    """One or more rows lost or added at an end."""
    given, asked = pair.actual, pair.expected
    if given.ndim != asked.ndim or given.shape[1:] != asked.shape[1:] or given.ndim == 0:
        return None
    common, surplus = min(len(given), len(asked)), len(given) - len(asked)
    what = plural(abs(surplus), "entry" if asked.ndim == 1 else "row")
    ends = {"end": slice(common), "start": slice(-common, None)}
    for end, kept in ends.items():
        if surplus < 0 and pair.equals(asked[kept]):
            return f"is right as far as it goes, but lacks {what} at the {end}."
        if surplus > 0 and pair.same(given[kept], asked):
            return f"is right but for {what} too many at the {end}."
    return None


ARRANGEMENTS: tuple[Finder, ...] = (transposed, reversed_order, rolled, another_order)

PARTS: tuple[Finder, ...] = (parts, diagonal, repeated)

OTHER_SHAPES: tuple[Finder, ...] = (
    without_axes_of_one,
    shorter_or_longer,
    not_reduced,
    reduced_too_far,
    every_pair,
)
