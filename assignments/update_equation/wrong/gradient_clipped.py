"""Your update cuts the gradient off at −1 and 1, so large gradients make too small a step. Did you add clipping? It
is used in some trainings, but it is not part of the update equation.
"""

import numpy as np


def update(parameter, gradient, lr):
    return parameter - lr * np.clip(gradient, -1.0, 1.0)


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
