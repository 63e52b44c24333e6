"""You shuffle the records before the epoch. In training that is a good habit, but here the records are
asked for in the order they come, so that every answer can be compared; and you draw from the generator that
the whole program shares.
"""

import numpy as np


def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X, y, w, b)
    return update(w, dw, lr), update(b, db, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    order = np.random.permutation(len(y))
    updates = 0
    for start in range(0, len(y), batch_size):
        rows = order[start:start + batch_size]
        dw, db = mean_gradient(X[rows], y[rows], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
