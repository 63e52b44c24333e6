"""The sigmoid and its derivative, both as functions of z."""

import numpy as np  # noqa: F401


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), entry by entry.

    z: a number, or a NumPy array of any shape with at least one entry; int or float.
        It is left as it was.
    Returns: floats. A number for a number, an array of z's shape for an array.
    Large inputs: for every |z| <= 1000 the result is finite and within 1e-9 of the true value;
        no exception is raised and nothing is nan. (In float32, six decimals are enough.)
    """
    raise NotImplementedError


def sigmoid_derivative(z):
    """Return the slope of the sigmoid at z, entry by entry.

    z: the input of the sigmoid, before it is applied (not the activation sigmoid(z)): a number, or a
        NumPy array of any shape with at least one entry; int or float. It is left as it was.
    Returns: floats. A number for a number, an array of z's shape for an array.
    Large inputs: for every |z| <= 1000 the result is finite and within 1e-9 of the true value;
        no exception is raised and nothing is nan. (In float32, six decimals are enough.)
    """
    raise NotImplementedError
