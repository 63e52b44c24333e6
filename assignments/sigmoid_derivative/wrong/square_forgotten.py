"""The square is missing: exp(−z) / (1 + exp(−z)) is 1 − σ(z), and not the slope. When you differentiate
1 / (1 + exp(−z)), the denominator comes out squared. Look at z = −5: the curve is nearly flat there, and your
slope is nearly 1.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    z = np.clip(z, -700, 700)
    return np.exp(-z) / (1 + np.exp(-z))
