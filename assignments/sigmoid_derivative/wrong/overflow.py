"""The form exp(z) / (1 + exp(z)) is correct on paper, but for z above 709 both exponentials overflow to
infinity, and infinity divided by infinity is nan. The derivative inherits the nan. Which form of the
sigmoid only has to survive an overflow in the denominator?
"""

import numpy as np


def sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
