"""Two branches, filled in with boolean masks so that no exponential overflows."""

import numpy as np


def sigmoid(z):
    z = np.array(z, dtype=float)
    result = np.empty(z.shape)
    positive = z >= 0
    negative = np.logical_not(positive)
    result[positive] = 1.0 / (1.0 + np.exp(-z[positive]))
    e = np.exp(z[negative])
    result[negative] = e / (1.0 + e)
    if result.ndim == 0:
        return result.item()
    return result


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s - s**2
