"""Your epochs take the records in another order in each run. Do you shuffle them? In training that is a good habit,
but here the order is part of the task: the records are taken in the order they come.
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
