"""Your sigmoid returns exp(−z). Is the rest of the formula missing? The sigmoid is 1 / (1 + exp(−z)).
"""

import numpy as np


def sigmoid(z):
    return np.exp(-z)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
