"""`np.dot` (or `@`) multiplies and then adds up, so a whole vector of slopes becomes one number, and some
shapes cannot be multiplied at all. Each entry of z has a slope of its own: multiply entry by entry.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return np.dot(s, 1 - s)
