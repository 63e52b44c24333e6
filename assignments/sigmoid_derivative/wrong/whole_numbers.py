"""For an array of whole numbers your results are whole numbers: 0 in the place of 0.88. Do you write into an array
made with `np.zeros_like(z)`? It has the type of z. Make an array of floats.
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
