"""math.exp on one number at a time, inside a loop over all the positions of the array."""

import math

import numpy as np


def _one(z):
    if z < 0:
        return 1.0 - _one(-z)
    return 1.0 / (1.0 + math.exp(-z))


def _each(function, z):
    if not isinstance(z, np.ndarray):
        return function(z)
    result = np.zeros(z.shape)
    for position in np.ndindex(z.shape):
        result[position] = function(z[position])
    return result


def sigmoid(z):
    return _each(_one, z)


def sigmoid_derivative(z):
    return _each(lambda number: _one(number) * _one(-number), z)
