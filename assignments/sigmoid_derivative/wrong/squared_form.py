"""Your sigmoid is stable, but the derivative as exp(−z) / (1 + exp(−z))² is not: for very negative z the
top and the bottom both overflow, and their quotient is nan. You already have a function whose values stay
between 0 and 1. Can you write the slope with it?
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2
