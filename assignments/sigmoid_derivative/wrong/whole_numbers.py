"""The result is stored in an array made with `np.zeros_like(z)`, which takes over the type of z. When z
holds whole numbers, every value between 0 and 1 is cut off to 0. Give the result array a float type of its
own.
"""

import numpy as np


def sigmoid(z):
    if np.ndim(z) == 0:
        return 1 / (1 + np.exp(-z))
    result = np.zeros_like(z)
    for place in np.ndindex(z.shape):
        result[place] = 1 / (1 + np.exp(-z[place]))
    return result


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
