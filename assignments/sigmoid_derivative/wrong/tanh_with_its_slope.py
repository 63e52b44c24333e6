"""Your functions are tanh and its slope, 1 − tanh². Did you take another activation? The sigmoid lies between 0 and
1, and its slope is σ(z) (1 − σ(z)).
"""

import numpy as np


def sigmoid(z):
    return np.tanh(z)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return 1 - s**2
