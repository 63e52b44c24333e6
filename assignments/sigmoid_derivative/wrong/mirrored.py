"""A minus sign is missing in the exponent: your sigmoid falls where it should rise. The derivative does not
show it, because s(1 − s) is the same for z and −z. Is the sigmoid of a large positive z near 1 or near 0?
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
