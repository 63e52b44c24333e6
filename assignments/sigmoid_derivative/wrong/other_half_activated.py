"""Only one of the two factors is activated. You multiply z itself by 1 − σ(z), but both factors speak about
the same activation. At z = 0 your slope is 0, although the sigmoid is steepest there.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return z * (1 - sigmoid(z))
