"""Values as text: of bounded length, whatever was returned, and made without a look at every entry."""

import numpy as np
import pytest

from grader.feedback.quotes import quote


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1, 2], [3, 4]]), "[[1 2]\n [3 4]]"),
        (np.arange(100), "[ 0  1 ... 98 99] of shape (100,)"),
        (np.arange(10_000).reshape(100, 100)[:, :1].copy() * 0, "[[0]\n [0]\n ...\n [0]\n [0]] of shape (100, 1)"),
        (np.arange(32).reshape((2,) * 5), "[ 0  1 ... 30 31] of shape (2, 2, 2, 2, 2)"),
        (np.array(["a", "b"]), "['a' 'b']"),
        (np.float64(0.5), "0.5"),
        (b"abc", "b'abc'"),
    ],
)
def test_a_value_is_quoted_as_it_is_or_by_its_ends(value: object, text: str) -> None:
    assert quote(value) == text


@pytest.mark.parametrize(
    "value",
    [
        np.full((4,) * 6, b"\xff" * 9999),
        np.full(9, "\U00020000" * 9999),
        np.str_("\x00" * 9999),
        np.bytes_(b"\xff" * 9999),
        b"\xff" * 9999,
        [[[["x" * 999] * 9] * 9] * 9] * 9,
    ],
    ids=range(6),
)
def test_no_value_is_quoted_at_length(value: object) -> None:
    assert len(quote(value)) <= 2001


def test_of_many_short_axes_few_entries_are_quoted() -> None:
    text = quote(np.ones((2,) * 16, np.int8))

    assert text == f"[1 1 ... 1 1] of shape ({', '.join(['2'] * 16)})"
