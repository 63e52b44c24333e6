"""The sigmoid and its derivative, both as functions of z."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), entry by entry, as a tanh, which cannot overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def sigmoid_derivative(z):
    """Return the slope of the sigmoid at z, entry by entry."""
    activation = sigmoid(z)
    return activation * (1.0 - activation)
