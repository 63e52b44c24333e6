"""Examples to read and to run: seven records, eleven features, three hidden units, five outputs."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_tuple


def wave(*shape):
    """Return the numbers sin 1, sin 2, sin 3 and so on as an array of this shape."""
    return np.sin(np.arange(1.0, 1.0 + np.prod(shape))).reshape(shape)


X, Y = wave(7, 11), 0.5 + 0.4 * wave(7, 5)
W1, B1 = wave(11, 3), wave(3)
W2, B2 = 2.0 * wave(3, 5), -wave(5)
HIDDEN = np.array(
    [
        [0.7916950928, 0.7117860635, 0.4113889453],
        [0.6272326911, 0.5771233773, 0.4540496389],
        [0.5853866791, 0.7128414485, 0.6542075497],
        [0.7610025187, 0.8187080159, 0.6156099947],
        [0.7926245982, 0.7139540854, 0.4127941517],
        [0.6292914297, 0.5771351326, 0.4518782818],
        [0.5840347385, 0.7106684989, 0.6528766972],
    ]
)
OUTPUT = np.array(
    [
        [0.3252754802, 0.7358020840, 0.8625289068, 0.7231656647, 0.3102741704],
        [0.2657137026, 0.6230344211, 0.8262711280, 0.7654286526, 0.4301052581],
        [0.1732080875, 0.5962533840, 0.8791455525, 0.8525112111, 0.4778859654],
        [0.2227909879, 0.7088445482, 0.9012307016, 0.8174865047, 0.3564731562],
        [0.3247363306, 0.7363909054, 0.8632072831, 0.7237986558, 0.3097791882],
        [0.2672385029, 0.6244635743, 0.8260958810, 0.7640958858, 0.4284429118],
        [0.1734374465, 0.5953176267, 0.8785279983, 0.8522115290, 0.4786909954],
    ]
)


@pytest.mark.points(1)
def test_forward_example(student):
    """forward returns HIDDEN and OUTPUT for seven records"""
    hidden, output = assert_tuple(student.forward(X, W1, B1, W2, B2), 2, name="The answer of forward")
    assert_close(hidden, HIDDEN, name="hidden")
    assert_close(output, OUTPUT, name="output")


@pytest.mark.points(1)
def test_loss_example(student):
    """loss(OUTPUT, Y) is 0.3019344646"""
    assert_close(student.loss(OUTPUT, Y), 0.3019344646, name="The loss")


@pytest.mark.points(1)
@pytest.mark.hint("Work from the back: first the error at the output, then its slope, then the second layer.")
def test_backward_example_second_layer(student):
    """backward returns dW2 and db2 for seven records"""
    gradients = assert_tuple(student.backward(X, Y, W1, B1, W2, B2), 4, name="The answer of backward")
    expected = np.array(
        [
            [-0.0411091343, 0.0111343851, 0.0238794839, 0.0405670292, -0.0037158197],
            [-0.0380838435, 0.0134071218, 0.0232541204, 0.0377449718, -0.0062763995],
            [-0.0252311617, 0.0101994909, 0.0157665280, 0.0249460711, -0.0051818344],
        ]
    )
    assert_close(gradients[2], expected, name="dW2")
    assert_close(
        gradients[3], np.array([-0.0563534119, 0.0136420920, 0.0318643445, 0.0552257962, -0.0031570215]), name="db2"
    )


@pytest.mark.points(1)
@pytest.mark.hint("What arrives at the hidden layer is the slope at the second layer, sent back through W2.")
def test_backward_example_first_layer(student):
    """backward returns dW1 and db1 for seven records"""
    gradients = assert_tuple(student.backward(X, Y, W1, B1, W2, B2), 4, name="The answer of backward")
    expected = np.array(
        [
            [0.0021620567, 0.0160531425, 0.0135886972],
            [-0.0328068854, 0.0060066857, 0.0444230126],
            [-0.0376133284, -0.0095622903, 0.0344150151],
            [-0.0078382507, -0.0163397406, -0.0072339886],
            [0.0291432786, -0.0080945088, -0.0422320965],
            [0.0393306119, 0.0075927771, -0.0384022097],
            [0.0133575621, 0.0162992987, 0.0007344917],
            [-0.0248963687, 0.0100203203, 0.0391959047],
            [-0.0402606929, -0.0054712944, 0.0416207838],
            [-0.0186095217, -0.0159326263, 0.0057797061],
            [0.0201511580, -0.0117455750, -0.0353752067],
        ]
    )
    assert_close(gradients[0], expected, name="dW1")
    assert_close(gradients[1], np.array([-0.0283354227, 0.0291009143, 0.0564852471]), name="db1")
