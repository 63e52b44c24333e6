"""Examples to read and to run: two records, three features, two hidden units, two outputs."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_tuple

X = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 2.0]])
Y = np.array([[1.0, 0.0], [0.0, 1.0]])
W1 = np.array([[0.5, -1.0], [1.0, 0.5], [-0.5, 1.0]])
B1 = np.array([0.5, -0.5])
W2 = np.array([[1.0, -0.5], [2.0, 1.0]])
B2 = np.array([-1.0, 0.5])
HIDDEN = np.array([[0.9706877692, 0.1824255238], [0.2227001388, 0.6224593312]])
OUTPUT = np.array([[0.5831064428, 0.5491115501], [0.6148200040, 0.7332371774]])


@pytest.mark.points(1)
def test_forward_example(student):
    """forward returns HIDDEN and OUTPUT for two records"""
    hidden, output = assert_tuple(student.forward(X, W1, B1, W2, B2), 2, name="The answer of forward")
    assert_close(hidden, HIDDEN, name="hidden")
    assert_close(output, OUTPUT, name="output")


@pytest.mark.points(1)
def test_loss_example(student):
    """loss(OUTPUT, Y) is 0.2311224433"""
    assert_close(student.loss(OUTPUT, Y), 0.2311224433, name="The loss")


@pytest.mark.points(1)
@pytest.mark.hint("Work from the back: first the error at the output, then its slope, then the second layer.")
def test_backward_example_second_layer(student):
    """backward returns dW2 and db2 for two records"""
    gradients = assert_tuple(student.backward(X, Y, W1, B1, W2, B2), 4, name="The answer of backward")
    expected = np.array([[-0.0329742017, 0.0601740545], [0.0360709952, -0.0038389371]])
    assert_close(gradients[2], expected, name="dW2")
    assert_close(gradients[3], np.array([0.0221277005, 0.0418872706]), name="db2")


@pytest.mark.points(1)
@pytest.mark.hint("What arrives at the hidden layer is the slope at the second layer, sent back through W2.")
def test_backward_example_first_layer(student):
    """backward returns dW1 and db1 for two records"""
    gradients = assert_tuple(student.backward(X, Y, W1, B1, W2, B2), 4, name="The answer of backward")
    expected = np.array([[0.0050211986, 0.0090660288], [-0.0196777731, -0.0380385201], [0.0321290143, 0.0611471933]])
    assert_close(gradients[0], expected, name="dW1")
    assert_close(gradients[1], np.array([0.0124512412, 0.0231086732]), name="db1")
