"""This is the softmax: you divide by the sum over all the entries, so every entry depends on all the others
and a single number always becomes 1. The sigmoid looks at each entry alone.
"""

import numpy as np


def sigmoid(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
