"""Your sigmoid falls where it should rise: it returns σ(−z). Is the minus sign in the exponent missing? The
derivative cannot show it, because the slope is the same at z and −z.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
