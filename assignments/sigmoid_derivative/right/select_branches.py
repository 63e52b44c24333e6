"""np.where over both stable branches: the branch that overflows is thrown away."""

import numpy as np


def sigmoid(z):
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.where(np.greater(z, 0), 1 / (1 + np.exp(np.negative(z))), np.exp(z) / (1 + np.exp(z)))
    return result if np.ndim(z) else float(result)


def sigmoid_derivative(z):
    e = np.exp(-np.absolute(z))
    return e / (1 + e) ** 2
