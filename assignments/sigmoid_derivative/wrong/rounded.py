"""Your values are rounded to four decimals. Do you call `round`? The next layer needs all the digits. Round only
where you print.
"""

import numpy as np


def sigmoid(z):
    return np.round(1 / (1 + np.exp(-z)), 4)


def sigmoid_derivative(z):
    return np.round(sigmoid(z) * (1 - sigmoid(z)), 4)
