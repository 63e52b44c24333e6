"""Your values are right, but the array of the caller has another sign after the call. Do you use `z *= -1` or
`out=z`? They write into the array itself. `-z` makes a new one.
"""

import numpy as np


def sigmoid(z):
    z *= -1
    return 1 / (1 + np.exp(z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
