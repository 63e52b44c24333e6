"""In your sigmoid each entry depends on all the others, and a single number always becomes 1. Is this the softmax?
The sigmoid looks at each entry alone: 1 / (1 + exp(−z)).
"""

import numpy as np


def sigmoid(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
