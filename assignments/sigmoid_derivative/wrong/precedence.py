"""Your sigmoid returns 1 + exp(−z), which is greater than 1. Do you write `1 / 1 + np.exp(-z)`? Python divides first
and adds afterwards. Put the whole denominator in brackets.
"""

import numpy as np


def sigmoid(z):
    return 1 / 1 + np.exp(-z)


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
