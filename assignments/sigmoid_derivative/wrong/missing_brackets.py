"""`s * 1 - s` is s times 1, minus s, which is 0 everywhere: multiplication comes before subtraction. A
sigmoid with no slope at all could never learn. Put the second factor in brackets.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * 1 - s
