"""The sign of your derivative is reversed. The sigmoid rises everywhere, so its slope is positive
everywhere. Look at the order of the subtraction in the second factor, and at what the chain rule does with
the minus in exp(−z).
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (sigmoid(z) - 1)
