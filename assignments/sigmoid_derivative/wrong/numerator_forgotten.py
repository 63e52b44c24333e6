"""Your derivative is 1 / (1 + exp(−z))², the square of the sigmoid. Is the factor exp(−z) missing? It comes from the
inner derivative.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s**2
