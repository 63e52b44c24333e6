"""Your derivative is z σ(z) (1 − σ(z)). Is there a factor z too many? The derivative of −z is −1, and not −z.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return z * s * (1 - s)
