"""Your sigmoid returns 1 / (1 − exp(−z)). Is the sign in the denominator wrong? It is 1 + exp(−z), which is never 0.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 - np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
