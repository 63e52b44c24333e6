"""Only one of the two factors is activated. You multiply σ(z) by 1 − z, but both factors speak about the
same activation. At z = 1 your slope is exactly 0, although the curve still rises there.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - z)
