"""Your sigmoid returns only 0 and 1. Do you round it, or compare z with 0? The sigmoid is the smooth curve between:
σ(0.5) is 0.62.
"""

import numpy as np


def sigmoid(z):
    return np.where(z >= 0, 1.0, 0.0)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
