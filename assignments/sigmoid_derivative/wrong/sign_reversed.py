"""Your derivative has the wrong sign: it is negative, but the sigmoid rises everywhere. Is the subtraction the wrong
way round, σ(z) − 1? Or did you lose the minus from the derivative of exp(−z)?
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (sigmoid(z) - 1)
