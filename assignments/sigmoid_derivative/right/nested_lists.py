"""Lists and recursion down to single numbers, turned into an array at the end."""

import math

import numpy as np


def walk(z, f):
    if isinstance(z, list):
        return [walk(item, f) for item in z]
    return f(z)


def s(z):
    try:
        return 1 / (1 + math.exp(-z))
    except OverflowError:
        return 0.0


def ds(z):
    return s(z) * (1 - s(z))


def sigmoid(z):
    if isinstance(z, (int, float)):
        return s(z)
    return np.array(walk(z.tolist(), s))


def sigmoid_derivative(z):
    if isinstance(z, (int, float)):
        return ds(z)
    return np.array(walk(z.tolist(), ds))
