"""Your derivative squares the exponential alone: exp(−z) / (1 + exp(−z)²). Does a bracket close too late? The whole
denominator is squared: (1 + exp(−z))².
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return np.exp(-z) / (1 + np.exp(-z) ** 2)
