"""Copies that are changed in place, and np.mean along an axis."""

import numpy as np


def update(parameter, gradient, lr):
    new = np.array(parameter, dtype=float)
    new -= lr * np.asarray(gradient)
    return new


def mean_gradient(X, y, w, b):
    error = np.dot(X, w) + b - y
    return np.mean(X * error[:, np.newaxis], axis=0), np.mean(error)


def batch_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X, y, w, b)
    return update(w, dw, lr), update(b, db, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    w = w.copy()
    n = X.shape[0]
    n_batches = int(np.ceil(n / batch_size))
    for k in range(n_batches):
        X_batch = X[k * batch_size:(k + 1) * batch_size]
        y_batch = y[k * batch_size:(k + 1) * batch_size]
        dw, db = mean_gradient(X_batch, y_batch, w, b)
        w -= lr * dw
        b -= lr * db
    return w, b, n_batches


def stochastic_epoch(X, y, w, b, lr):
    w = w.copy()
    for i in range(len(X)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w -= lr * dw
        b -= lr * db
    return w, b, len(X)
