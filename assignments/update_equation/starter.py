"""One gradient-descent update, and an epoch of batch, mini-batch and stochastic descent.

The model is linear regression: the prediction for X is X @ w + b, with X of shape (n, d), w of shape (d,) and
a number b. The cost of m records is J(w, b) = sum of (prediction - y) ** 2, divided by 2 m.
"""

import numpy as np  # noqa: F401


def update(parameter, gradient, lr):
    """Return the parameter after one step of gradient descent.

    parameter: a number, or an array of any shape; int or float.
    gradient: the gradient of the cost, in the same shape.
    lr: the learning rate, a positive float.
    Returns: floats in the shape of parameter; the arguments are left as they were.
    """
    raise NotImplementedError


def mean_gradient(X, y, w, b):
    """Return (dw, db), the gradient of J at (w, b): the mean over the records of X.

    X: shape (m, d). y: shape (m,). w: shape (d,). b: a number.
    Returns: dw, an array of shape (d,), and db, a number. The arguments are left as they were.
    """
    raise NotImplementedError


def batch_epoch(X, y, w, b, lr):
    """Return (w, b, updates) after one pass with a single update from all the records.

    updates: how many updates were made, an int. The arguments are left as they were.
    """
    raise NotImplementedError


def minibatch_epoch(X, y, w, b, lr, batch_size):
    """Return (w, b, updates) after one pass with one update per mini-batch.

    The mini-batches are consecutive records in the order they come (no shuffling), batch_size at a time. A
    smaller last one is used too, with the mean over its own records. batch_size may exceed n.
    updates: how many updates were made, an int. The arguments are left as they were.
    """
    raise NotImplementedError


def stochastic_epoch(X, y, w, b, lr):
    """Return (w, b, updates) after one pass with one update per record.

    The records are taken in the order they come (no shuffling).
    updates: how many updates were made, an int. The arguments are left as they were.
    """
    raise NotImplementedError
