"""A network of two layers with sigmoid units, trained on half the mean squared error.

n records with d features, h hidden units, k outputs; records are rows.
X: (n, d). Y: (n, k). W1: (d, h). b1: (h,). W2: (h, k). b2: (k,). All are float arrays and stay as they were.
"""

import numpy as np


def sigmoid(z):
    """Return the sigmoid of z, entry by entry. (Given.)"""
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    """Return (hidden, output), the activations of both layers.

    hidden: sigmoid(X W1 + b1), shape (n, h). output: sigmoid(hidden W2 + b2), shape (n, k).
    """
    raise NotImplementedError


def loss(output, Y):
    """Return the loss, a number: the sum of (output - Y) ** 2 over all records and outputs, divided by 2 n.

    output: shape (n, k), as returned by forward. Y: shape (n, k).
    """
    raise NotImplementedError


def backward(X, Y, W1, b1, W2, b2):
    """Return (dW1, db1, dW2, db2), the gradient of the loss of forward(X, W1, b1, W2, b2) against Y.

    Each gradient has the shape of its parameter: (d, h), (h,), (h, k), (k,).
    Only the arguments count: forward need not have been called before.
    """
    raise NotImplementedError


def train_step(X, Y, W1, b1, W2, b2, lr):
    """Return (W1, b1, W2, b2) after one step of gradient descent with the learning rate lr.

    All four gradients are taken at the old parameters. New arrays are returned.
    """
    raise NotImplementedError
