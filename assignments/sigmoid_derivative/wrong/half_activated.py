"""Your derivative is σ(z) (1 − z): only one of the two factors is activated. Is a sigmoid missing in the second
factor? Both are made from σ(z).
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - z)
