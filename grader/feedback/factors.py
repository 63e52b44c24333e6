"""Answers that are off by a factor or by a constant."""

import numpy as np

from grader.feedback.pairs import Finder, Pair

NICE = (2, 3, 4, 10, 100)


def sign(pair: Pair) -> str | None:
    """Every entry has the opposite sign."""
    if pair.equals(-pair.expected):
        return "has the opposite sign of the right answer" + (" everywhere." if pair.actual.ndim else ".")
    return None


def twice_or_half(pair: Pair) -> str | None:
    """The factors that may be told even of one number, which must not be read off."""
    if pair.equals(2 * pair.expected):
        return "is 2 times the right answer."
    return "is half of the right answer." if pair.equals(pair.expected / 2) else None


def zeros(pair: Pair) -> str | None:
    """Nothing but zeros."""
    return None if pair.actual.any() else "holds nothing but zeros. Is the result ever stored?"


def a_count(pair: Pair) -> str | None:
    """A sum where a mean is asked for, or the reverse; also along columns and over all entries."""
    for count, counted in counts(pair).items():
        for factor, turned in ((1, ""), (-1, ", with the opposite sign")):
            of = f"its number of {counted}{turned}"
            if pair.equals(factor * count * pair.expected):
                return f"is the right answer times {of}{cause(counted, 'a sum where a mean')}"
            if pair.equals(factor * pair.expected / count):
                return f"is the right answer divided by {of}{cause(counted, 'a mean where a sum')}"
    return None


def counts(pair: Pair) -> dict[int, str]:
    """The counts that a mean may have been taken over, except those that are plain small factors."""
    shape = pair.expected.shape
    named = {"rows": shape[0], "columns": shape[-1], "entries": pair.expected.size}
    if len(shape) == 1:
        del named["rows"], named["columns"]
    elif shape[1:] == (1,):
        named = {"rows": shape[0]}
    words: dict[int, list[str]] = {}
    for word, count in named.items():
        words.setdefault(count, []).append(word)
    return {count: " and ".join(found) for count, found in words.items() if count not in (1, *NICE)}


def cause(counted: str, likely: str) -> str:
    """How a factor of a count came about, as the end of a sentence: told only where there is one way."""
    # A number of columns off is a mean over all entries for one over the rows as well as a sum for a mean.
    if counted in ("rows", "entries"):
        return f": {likely} is asked for?"
    return ". Over what is the sum to be taken, and over what the mean?"


def nice_factor(pair: Pair) -> str | None:
    """A small constant factor, whichever sign it has."""
    for count in NICE:
        for factor in (count, -count):
            if pair.equals(factor * pair.expected):
                return f"is {factor} times the right answer everywhere{also(pair, count)}."
            if pair.equals(pair.expected / factor):
                return f"is the right answer divided by {factor} everywhere{also(pair, count)}."
    return None


def also(pair: Pair, count: int) -> str:
    """What else a small factor may be."""
    return f" ({count} is its number of rows too)" if pair.expected.ndim > 1 and pair.rows == count else ""


def some_factor(pair: Pair) -> str | None:
    """A constant factor that is not told."""
    factor = best_factor(pair) if np.count_nonzero(pair.expected) > 1 else 0
    if factor and pair.equals(factor * pair.expected):
        return (
            "is the right answer times one and the same factor everywhere. "
            "Look at the constants: a step size, a division by a count, a factor from a derivative."
        )
    return None


def best_factor(pair: Pair) -> complex:
    """The factor that brings the right answer nearest to the given one; 0 where there is none."""
    # Scaling first keeps the squares of very large and very small entries in range.
    scale = np.abs(pair.expected).max()
    if not 0 < scale < np.inf:
        return 0
    unit = pair.expected / scale
    factor = complex(np.vdot(unit, pair.actual) / np.vdot(unit, unit) / scale)
    return factor if np.iscomplexobj(pair.actual) else factor.real


def constant_shift(pair: Pair) -> str | None:
    """The same amount too much everywhere, which is not told unless it is 1."""
    difference = pair.actual - pair.expected
    shift = difference.flat[0]
    if not pair.equals(pair.expected + shift):
        return None
    if abs(abs(shift) - 1) <= pair.atol + pair.rtol:
        return f"is one too {'large' if shift.real > 0 else 'small'} everywhere."
    return "differs from the right answer by one and the same amount everywhere."


def row_or_column_factors(pair: Pair) -> str | None:
    """A factor, or a shift, of its own for every column or every row."""
    if pair.expected.ndim != 2 or min(pair.expected.shape) < 2:
        return None
    for axis, line in ((0, "column"), (1, "row")):
        if pair.expected.shape[axis] < 3:
            continue
        first = np.take(pair.expected, [0], axis)
        head = np.take(pair.actual, [0], axis)
        if (first != 0).all() and pair.equals(pair.expected * (head / first)):
            return f"is off by a factor of its own in each {line}."
        if pair.equals(pair.expected + (head - first)):
            return f"is off by an amount of its own in each {line}."
    return None


SCALAR_FACTORS: tuple[Finder, ...] = (sign, twice_or_half)

FACTORS: tuple[Finder, ...] = (
    sign,
    zeros,
    nice_factor,
    a_count,
    some_factor,
    constant_shift,
)

LINE_FACTORS: tuple[Finder, ...] = (row_or_column_factors,)
