"""Your sigmoid returns z σ(z). Is there a factor z too many? The sigmoid is 1 / (1 + exp(−z)) alone.
"""

import numpy as np


def sigmoid(z):
    return z / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
