"""Your derivative is exp(−z) / (1 + exp(−z)), which is 1 − σ(z). Is the square of the denominator missing?
Differentiate 1 / (1 + exp(−z)) with the quotient rule.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    z = np.clip(z, -700, 700)
    return np.exp(-z) / (1 + np.exp(-z))
