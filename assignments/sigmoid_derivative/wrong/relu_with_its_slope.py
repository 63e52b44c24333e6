"""Your functions are ReLU and its slope, 0 or 1. Did you take another activation? The sigmoid is 1 / (1 + exp(−z)).
"""

import numpy as np


def sigmoid(z):
    return np.maximum(z, 0.0)


def sigmoid_derivative(z):
    return np.where(z > 0, 1.0, 0.0)
