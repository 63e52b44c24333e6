"""Your sigmoid returns log(1 + exp(z)), the softplus. Did you take another activation? The sigmoid is its slope, 1 /
(1 + exp(−z)).
"""

import numpy as np


def sigmoid(z):
    return np.log(1 + np.exp(z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
