"""Your derivative is −exp(−z). Did you differentiate the exponential alone? The chain rule goes through the fraction
too: the slope is exp(−z) / (1 + exp(−z))².
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return -np.exp(-z)
