"""Examples to read and to run: eleven rows in batches of five, and a loop that counts."""

import numpy as np
import pytest

from grader.testing import assert_batches, assert_tuple

X = np.arange(77).reshape(11, 7)
Y = 10 * np.arange(11)


@pytest.mark.points(1)
@pytest.mark.hint("The batches are rows 0 to 4, rows 5 to 9, and row 10.")
def test_eleven_rows_in_order(student):
    """Eleven rows in batches of five, not shuffled: five, five and one."""
    assert_batches(student.minibatches(X, Y, 5, shuffle=False, seed=3), X, Y, batch_size=5, shuffled=False)


@pytest.mark.points(1)
def test_eleven_rows_shuffled(student):
    """Shuffled, each of the eleven rows still comes once, next to its own target."""
    assert_batches(student.minibatches(X, Y, 5, shuffle=True, seed=1), X, Y, batch_size=5)


@pytest.mark.points(1)
def test_a_loop_that_counts(student):
    """Thirteen epochs of eleven rows: 143 rows go by, in 39 updates."""

    def count(w, X_batch, y_batch):
        rows, updates = assert_tuple(w, 2, name="The w handed to `count`")
        return [rows + len(X_batch), updates + 1]

    counted = student.train([0, 0], X, Y, count, 5, 13, seed=3)
    rows, updates = assert_tuple(counted, 2, name="What train returns")
    assert rows == 143, f"In 13 epochs over eleven rows, `count` was given {rows} rows, not 143."
    assert updates == 39, f"Eleven rows in batches of five take 39 updates in 13 epochs. You made {updates}."
