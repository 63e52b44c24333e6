"""Your sigmoid is right for z ≥ 0, but for negative z it returns the value at −z. Did you take |z| to keep `exp`
small? Then negative z need another formula: σ(−z) = 1 − σ(z).
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.abs(z)))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
