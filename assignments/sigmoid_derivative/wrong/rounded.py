"""Your values are rounded to a few decimals. They look right on the screen, but the next layer multiplies
and adds them, and the lost digits come back as errors. Return the full numbers, and round only where you
print.
"""

import numpy as np


def sigmoid(z):
    return np.round(1 / (1 + np.exp(-z)), 4)


def sigmoid_derivative(z):
    return np.round(sigmoid(z) * (1 - sigmoid(z)), 4)
