"""A generator of mini-batches and one loop for all three kinds; answers are lists, the count an np.int64."""

import numpy as np


def batches(X, y, size):
    start = 0
    while start < len(X):
        stop = min(start + size, len(X))
        yield X[start:stop], y[start:stop]
        start = stop


def update(parameter, gradient, lr):
    step = lr * np.asarray(gradient, dtype=float)
    return parameter - step


def mean_gradient(X, y, w, b):
    r = (X @ w.reshape(-1, 1) + b - y.reshape(-1, 1))
    return (X.T @ r / len(X)).ravel(), float(r.mean())


def descend(X, y, w, b, lr, size):
    count = np.int64(0)
    for X_part, y_part in batches(X, y, size):
        dw, db = mean_gradient(X_part, y_part, w, b)
        w = update(w, dw, lr)
        b = update(b, db, lr)
        count += 1
    return [w, b, count]


def batch_epoch(X, y, w, b, lr):
    return descend(X, y, w, b, lr, X.shape[0])


def minibatch_epoch(X, y, w, b, lr, batch_size):
    return descend(X, y, w, b, lr, batch_size)


def stochastic_epoch(X, y, w, b, lr):
    return descend(X, y, w, b, lr, 1)
