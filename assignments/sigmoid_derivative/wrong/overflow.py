"""For z above 709 your sigmoid is nan. Do you compute exp(z) / (1 + exp(z))? Both exponentials become inf there, and
inf / inf is nan. Which form of the sigmoid has an exponential in the denominator only?
"""

import numpy as np


def sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
