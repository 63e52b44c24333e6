"""After the call the largest values in the array of the caller have been cut off. Do you write into it, with `out=z`
or `z[z > 700] = 700`? `np.clip(z, …)` alone makes a new array.
"""

import numpy as np


def sigmoid(z):
    if isinstance(z, np.ndarray) and z.dtype == float:
        np.clip(z, -700, 700, out=z)
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
