"""Your values are right, but the result has one axis: the shape of z is lost. Do you use `ravel`, `flatten` or
`reshape(-1)`? Return an array in the shape of z.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.ravel(z))) if np.ndim(z) else 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
