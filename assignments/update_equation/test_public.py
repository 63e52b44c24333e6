"""Examples to read and to run: the two records of the statement, and eleven more with seven features."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_tuple

X = np.array([[1.0], [3.0]])
Y = np.array([2.0, 2.0])
MORE_X = np.sin(np.arange(1.0, 78.0)).reshape(11, 7)
MORE_Y = np.cos(np.arange(11.0))
START = np.full(7, 0.5)


def both(epoch):
    """Run an epoch over the two records, and another over the eleven, before either is compared."""
    return [epoch(X, Y, np.array([1.0]), 0.0, 0.1), epoch(MORE_X, MORE_Y, START, 0.25, 0.1)]


@pytest.mark.points(1)
@pytest.mark.hint("Walk against the gradient: where it is positive, the parameter gets smaller.")
def test_update_example(student):
    """update([1, 2, 3], [10, -10, 20], 0.1) is [0, 3, 1]"""
    moved = student.update(np.array([1.0, 2.0, 3.0]), np.array([10.0, -10.0, 20.0]), 0.1)
    assert_close(moved, np.array([0.0, 3.0, 1.0]), name="The updated parameter")


@pytest.mark.points(1)
def test_mean_gradient_example(student):
    """With x = (1, 3), y = (2, 2), w = 2, b = 0.5 the gradient is dw = 7 and db = 2.5"""
    few = student.mean_gradient(X, Y, np.array([2.0]), 0.5)
    more = student.mean_gradient(MORE_X, MORE_Y, START, 0.25)
    dw, db = assert_tuple(few, 2, name="mean_gradient")
    assert_close(dw, np.array([7.0]), name="dw")
    assert_close(db, 2.5, name="db")
    dw, db = assert_tuple(more, 2, name="mean_gradient")
    expected = [0.3805021728, -0.0516610803, -0.4363273744, -0.4198362927, -0.0173496596, 0.4010881705, 0.4507673864]
    assert_close(dw, np.array(expected), name="dw with eleven records")
    assert_close(db, 0.3535567791, name="db with eleven records")


@pytest.mark.points(1)
def test_batch_example(student):
    """One batch epoch from w = 1, b = 0 with lr = 0.1 ends at w = 0.9, b = 0 after 1 update"""
    answers = both(student.batch_epoch)
    w, b, updates = assert_tuple(answers[0], 3, name="batch_epoch")
    assert_close(w, np.array([0.9]), name="w")
    assert_close(b, 0.0, name="b")
    assert_close(updates, 1, name="The number of updates")
    w, b, updates = assert_tuple(answers[1], 3, name="batch_epoch")
    expected = [0.4619497827, 0.5051661080, 0.5436327374, 0.5419836293, 0.5017349660, 0.4598911830, 0.4549232614]
    assert_close(w, np.array(expected), name="w with eleven records")
    assert_close(b, 0.2146443221, name="b with eleven records")
    assert_close(updates, 1, name="The number of updates")


@pytest.mark.points(1)
def test_minibatch_example(student):
    """One mini-batch epoch over 11 records in fives makes 3 updates and ends at b = 0.0846"""
    result = student.minibatch_epoch(MORE_X, MORE_Y, START, 0.25, 0.1, 5)
    w, b, updates = assert_tuple(result, 3, name="minibatch_epoch")
    expected = [0.3351598854, 0.4849806937, 0.6486101829, 0.6756081554, 0.5411527996, 0.3688617497, 0.3171386023]
    assert_close(w, np.array(expected), name="w")
    assert_close(b, 0.0846311267, name="b")
    assert_close(updates, 3, name="The number of updates")


@pytest.mark.points(1)
def test_stochastic_example(student):
    """One stochastic epoch from w = 1, b = 0 with lr = 0.1 ends at w = 0.68, b = -0.04 after 2 updates"""
    answers = both(student.stochastic_epoch)
    w, b, updates = assert_tuple(answers[0], 3, name="stochastic_epoch")
    assert_close(w, np.array([0.68]), name="w")
    assert_close(b, -0.04, name="b")
    assert_close(updates, 2, name="The number of updates")
    w, b, updates = assert_tuple(answers[1], 3, name="stochastic_epoch")
    expected = [0.2415572884, 0.4567094035, 0.7116626934, 0.7720142791, 0.5822771911, 0.3168948330, 0.2198585211]
    assert_close(w, np.array(expected), name="w after eleven records")
    assert_close(b, -0.0297851879, name="b after eleven records")
    assert_close(updates, 11, name="The number of updates")
