"""In `1 / 1 + np.exp(-z)` Python divides first and adds afterwards, so you return 1 + exp(-z). A sigmoid
can never be greater than 1; try z = 0, where it should be one half. Which part of the formula is the whole
denominator, and how do you tell Python so?
"""

import numpy as np


def sigmoid(z):
    return 1 / 1 + np.exp(-z)


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
