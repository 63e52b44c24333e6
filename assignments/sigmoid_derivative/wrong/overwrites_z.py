"""Your values are right, but you write into the array that you were handed: after the call the caller's z
has changed its sign. Operators such as `*=` work inside the array itself. Make a new array with an ordinary
expression.
"""

import numpy as np


def sigmoid(z):
    z *= -1
    return 1 / (1 + np.exp(z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)
