"""Examples to read and to run: five rows in batches of two, and a loop that counts."""

import numpy as np
import pytest

from grader.testing import assert_batches, assert_tuple

X = np.array([[0], [1], [2], [3], [4]])
Y = np.array([0, 10, 20, 30, 40])


@pytest.mark.points(1)
@pytest.mark.hint("The batches are rows 0 and 1, rows 2 and 3, and row 4.")
def test_five_rows_in_order(student):
    """Five rows in batches of two, not shuffled: two, two and one."""
    assert_batches(student.minibatches(X, Y, 2, shuffle=False, seed=3), X, Y, batch_size=2, shuffled=False)


@pytest.mark.points(1)
def test_five_rows_shuffled(student):
    """Shuffled, each of the five rows still comes once, next to its own target."""
    assert_batches(student.minibatches(X, Y, 2, shuffle=True, seed=1), X, Y, batch_size=2)


@pytest.mark.points(1)
def test_a_loop_that_counts(student):
    """Three epochs of five rows: 15 rows go by, in nine updates."""

    def count(w, X_batch, y_batch):
        rows, updates = assert_tuple(w, 2, name="The w handed to `count`")
        return [rows + len(X_batch), updates + 1]

    counted = student.train([0, 0], X, Y, count, 2, 3, seed=3)
    rows, updates = assert_tuple(counted, 2, name="What train returns")
    assert rows == 15, f"In three epochs over five rows, `count` was given {rows} rows, not 15."
    assert updates == 9, f"Five rows in batches of two take nine updates in three epochs. You made {updates}."
