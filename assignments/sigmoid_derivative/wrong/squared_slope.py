"""Your derivative is (σ(z) (1 − σ(z)))². Is the slope multiplied by itself? The slope is σ(z) (1 − σ(z)).
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return (s * (1 - s)) ** 2
