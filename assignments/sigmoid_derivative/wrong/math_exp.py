"""Your function fails on arrays. Do you use `math.exp`? It takes one number, and raises an OverflowError when z is
very negative. `np.exp` takes numbers and arrays of any shape.
"""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
