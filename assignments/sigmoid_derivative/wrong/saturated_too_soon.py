"""Your sigmoid is exactly 0 or 1 where the curve still moves: at z = 13 it is still 0.000002 below 1. Did you set it
to 0 and 1 for large |z|? Floats can show the difference up to about |z| = 37.
"""

import numpy as np


def sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return np.where(z > 12, 1.0, np.where(z < -12, 0.0, s))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
