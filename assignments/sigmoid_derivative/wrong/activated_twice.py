"""Your derivative is the slope at σ(z), not at z: all values lie between 0.19 and 0.25. Is the sigmoid applied twice?
Follow one number through your lines, and count the sigmoids.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    a = sigmoid(z)
    return sigmoid(a) * (1 - sigmoid(a))
