"""Your derivative is right to about three digits. Is it a difference quotient with a large step? The formula σ(z) (1
− σ(z)) is exact.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return (sigmoid(z + 0.01) - sigmoid(z)) / 0.01
