"""Your derivative is z (1 − z). Do you use the formula a (1 − a)? It is right for the activation a = σ(z), but here
the argument is z. At z = 2 your slope is −2, and the sigmoid never falls.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return z * (1 - z)
