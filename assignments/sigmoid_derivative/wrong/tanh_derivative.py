"""1 − a² is the slope of the hyperbolic tangent, not of the sigmoid. The two curves have the same form, but
other heights and widths, so their slopes have different formulas. Differentiate 1 / (1 + exp(−z)) once by
hand.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return 1 - sigmoid(z) ** 2
