"""Answers that would be right after one more elementary function, or one fewer."""

import math

import numpy as np

from grader.feedback.kinds import Array
from grader.feedback.pairs import Finder, Pair


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(−z)) in a form that does not overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def softmax(z: Array) -> Array:
    """The softmax over the last axis."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def signs(pair: Pair) -> str | None:
    """Right but for signs."""
    if pair.equals(np.abs(pair.expected)):
        return "has lost the minus signs of the right answer."
    if pair.same(np.abs(pair.actual), np.abs(pair.expected)):
        return "has the wrong sign in some entries and is right otherwise."
    return None


def powers(pair: Pair) -> str | None:
    """A square, a square root or a reciprocal too many."""
    e = pair.expected
    if pair.equals(e**2):
        return "is the square of the right answer."
    if (e >= 0).all() and pair.equals(np.sqrt(e)):
        return "is the square root of the right answer."
    if (e != 0).all() and pair.equals(1 / e):
        return "is one divided by the right answer."
    return "is one minus the right answer." if pair.equals(1 - e) else None


def exponentials(pair: Pair) -> str | None:
    """A logarithm or an exponential too many."""
    if pair.equals(np.exp(pair.expected)):
        return "is the exponential of the right answer."
    if (pair.expected > 0).all() and pair.equals(np.log(pair.expected)):
        return "is the logarithm of the right answer."
    return None


def activations(pair: Pair) -> str | None:
    """An activation too many or too few."""
    a, e = pair.actual, pair.expected
    for word, activation in (("sigmoid", sigmoid), ("tanh", np.tanh)):
        if pair.equals(activation(e)):
            return f"is the {word} of the right answer: one activation too many?"
        if pair.same(activation(a), e):
            return f"would be right after a {word}: is the activation missing?"
    if pair.same(np.maximum(a, 0), e):
        return "is right where it is positive; its negative entries should be zero."
    if a.ndim and pair.same(softmax(a), e):
        return "would be right after a softmax: is the activation missing?"
    return None


def wrong_axis(pair: Pair) -> str | None:
    """Shares that add up to one along the other axis."""
    if pair.expected.ndim != 2 or min(pair.expected.shape) < 2:
        return None
    for axis, right, wrong in ((1, "row", "column"), (0, "column", "row")):
        wanted, found = pair.expected.sum(axis=axis), pair.actual.sum(axis=1 - axis)
        if pair.same(wanted, np.ones_like(wanted)) and pair.same(found, np.ones_like(found)):
            return f"adds up to one in each {wrong}, but each {right} should. Look at the axis of the sum."
    return None


def running_total(pair: Pair) -> str | None:
    """Each entry holds all before it too."""
    if pair.expected.ndim and pair.rows > 2 and pair.equals(np.cumsum(pair.expected, axis=0)):
        return "adds up all that came before in each entry: is something not reset?"
    return None


def cut_off(pair: Pair) -> str | None:
    """Whole numbers where decimals were cut off, or decimals that were rounded."""
    for word, cut in (("cut off", np.trunc), ("rounded away", np.rint), ("rounded down", np.floor)):
        if pair.equals(cut(pair.expected)):
            return f"is the right answer with its decimals {word}."
    for digits in range(1, 7):
        # An answer that is merely near counts as rounded only if it shows no further decimals.
        itself = np.allclose(np.round(pair.actual, digits), pair.actual, rtol=1e-7, atol=0)
        if itself and pair.equals(np.round(pair.expected, digits)):
            return f"is the right answer rounded to {digits} decimals. Leave rounding to whoever prints it."
    return None


def nearly(pair: Pair) -> str | None:
    """Right in the first digits only."""
    size = np.abs(pair.expected).max()
    error = np.abs(pair.actual - pair.expected).max()
    if not 0 < error <= 1e-3 * scale(pair.expected):
        return None
    digits = math.floor(-math.log10(error / size) + 1e-9)
    return (
        f"is right to about 1e-{digits}, but not to the precision asked for. "
        "Look for a small constant that was added, a rounding, or a formula that only approximates."
    )


def scale(expected: Array) -> float:
    """What is a small error where these are right: beside entries of the usual size, and beside what parts them."""
    # Two answers near 1000 are near each other whatever they are, and one large entry makes no other one right.
    sizes = np.abs(expected[expected != 0])
    apart = float(np.median(np.abs(expected - np.median(expected)))) or 1.0
    return min(float(np.median(sizes)), apart) if sizes.size else 0.0


TRANSFORMS: tuple[Finder, ...] = (
    cut_off,
    signs,
    powers,
    exponentials,
    activations,
    wrong_axis,
    running_total,
)

PRECISION: tuple[Finder, ...] = (nearly,)
