"""Your sigmoid is a straight line, 0.2 z + 0.5, cut off at 0 and 1. Did you take the “hard sigmoid”? It only
approximates the curve: 1 / (1 + exp(−z)) is asked for.
"""

import numpy as np


def sigmoid(z):
    return np.clip(0.2 * z + 0.5, 0, 1)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
