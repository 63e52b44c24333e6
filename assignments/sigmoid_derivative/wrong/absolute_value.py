"""You took |z| to keep the exponential small, but forgot to bring the sign back: your sigmoid is right for
z ≥ 0, and for negative z it returns the value at −z. No sigmoid of a negative number is above one half.
What is σ(−z) when you know σ(z)?
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.abs(z)))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
