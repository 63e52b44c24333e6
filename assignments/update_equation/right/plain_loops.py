"""Loops over records and features with plain numbers; NumPy only for the arrays that are returned."""

import numpy as np


def update(parameter, gradient, lr):
    if np.ndim(parameter) == 0:
        return float(parameter) - lr * float(gradient)
    return np.array([update(p, g, lr) for p, g in zip(parameter, gradient)])


def mean_gradient(X, y, w, b):
    m = len(X)
    d = len(w)
    dw = [0.0] * d
    db = 0.0
    for i in range(m):
        prediction = b
        for j in range(d):
            prediction += X[i][j] * w[j]
        residual = prediction - y[i]
        for j in range(d):
            dw[j] += residual * X[i][j] / m
        db += residual / m
    return np.array(dw), db


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    rows_X, rows_y = [], []
    for row, target in zip(X, y):
        rows_X.append(row)
        rows_y.append(target)
        if len(rows_X) == batch_size:
            dw, db = mean_gradient(rows_X, rows_y, w, b)
            w, b = update(w, dw, lr), update(b, db, lr)
            updates += 1
            rows_X, rows_y = [], []
    if rows_X:
        dw, db = mean_gradient(rows_X, rows_y, w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(X))


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
