"""The sigmoid as a shifted tanh, and its slope as a quarter over cosh squared."""

import numpy as np


def sigmoid(z):
    return 0.5 * (np.tanh(0.5 * np.asarray(z)) + 1.0)


def sigmoid_derivative(z):
    half = np.asarray(z) / 2.0
    return 0.25 / np.cosh(half) ** 2
