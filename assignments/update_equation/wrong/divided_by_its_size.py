"""In your update the step is divided by the number of entries of the gradient. Is there a division by `len` or `size`
in it? The gradient is a mean over the records already: the step is lr times the gradient.
"""

import numpy as np


def update(parameter, gradient, lr):
    return parameter - lr * gradient / np.size(gradient)


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(y))


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        rows = slice(start, start + batch_size)
        residuals = X[rows] @ w + b - y[rows]
        w, b = w - lr * (X[rows].T @ residuals) / len(residuals), b - lr * residuals.mean()
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
