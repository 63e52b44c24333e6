"""Your derivative is 0 everywhere. Do you write `s * 1 - s`? Python multiplies first, and s − s is 0. Put the second
factor in brackets: `s * (1 - s)`.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * 1 - s
