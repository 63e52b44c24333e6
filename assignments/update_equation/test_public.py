"""Examples to read and to run: the numbers are those of the statement."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_tuple

X = np.array([[1.0], [3.0]])
Y = np.array([2.0, 2.0])
MORE_X = np.array([[0.25], [0.5], [0.75], [1.0], [1.25], [1.5], [1.75], [2.0]])
MORE_Y = np.array([1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0])


def both(epoch):
    """Run an epoch over the two records, and another over the eight, before either is compared."""
    return [epoch(x, y, np.array([1.0]), 0.0, 0.1) for x, y in ((X, Y), (MORE_X, MORE_Y))]


@pytest.mark.points(1)
@pytest.mark.hint("Walk against the gradient: where it is positive, the parameter gets smaller.")
def test_update_example(student):
    """update([1, 2], [10, -10], 0.1) is [0, 3]"""
    moved = student.update(np.array([1.0, 2.0]), np.array([10.0, -10.0]), 0.1)
    assert_close(moved, np.array([0.0, 3.0]), name="The updated parameter")


@pytest.mark.points(1)
def test_mean_gradient_example(student):
    """With x = (1, 3), y = (2, 2), w = 2, b = 0.5 the gradient is dw = 7 and db = 2.5"""
    dw, db = assert_tuple(student.mean_gradient(X, Y, np.array([2.0]), 0.5), 2, name="mean_gradient")
    assert_close(dw, np.array([7.0]), name="dw")
    assert_close(db, 2.5, name="db")


@pytest.mark.points(1)
def test_batch_example(student):
    """One batch epoch from w = 1, b = 0 with lr = 0.1 ends at w = 0.9, b = 0 after 1 update"""
    answers = both(student.batch_epoch)
    w, b, updates = assert_tuple(answers[0], 3, name="batch_epoch")
    assert_close(w, np.array([0.9]), name="w")
    assert_close(b, 0.0, name="b")
    assert_close(updates, 1, name="The number of updates")
    w, b, updates = assert_tuple(answers[1], 3, name="batch_epoch")
    assert_close(w, np.array([1.015625]), name="w with eight records")
    assert_close(b, 0.0375, name="b with eight records")
    assert_close(updates, 1, name="The number of updates")


@pytest.mark.points(1)
def test_minibatch_example(student):
    """One mini-batch epoch over 8 records in threes ends at w = 0.958, b = 0.0503 after 3 updates"""
    result = student.minibatch_epoch(MORE_X, MORE_Y, np.array([1.0]), 0.0, 0.1, 3)
    w, b, updates = assert_tuple(result, 3, name="minibatch_epoch")
    assert_close(w, np.array([0.9580031738]), name="w")
    assert_close(b, 0.0503466797, name="b")
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
    assert_close(w, np.array([0.9135169282]), name="w after eight records")
    assert_close(b, 0.1245543539, name="b after eight records")
    assert_close(updates, 8, name="The number of updates")
