"""Your derivative is z (1 − σ(z)): only one of the two factors is activated. Is a sigmoid missing in the first
factor? Both are made from σ(z).
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return z * (1 - sigmoid(z))
