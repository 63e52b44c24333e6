"""You return exactly 0 or 1 as soon as z is large, but the sigmoid only comes near to them: at z = 12 it is still
0.000006 away, and the slope that follows from it is 0 too soon. If you cut it off at all, do so beyond |z| = 40,
where floats can no longer tell the difference.
"""

import numpy as np


def sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return np.where(z > 12, 1.0, np.where(z < -12, 0.0, s))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
