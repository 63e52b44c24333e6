"""Your residuals mix the records: each prediction is compared with the targets of all the records, and everything is
averaged. Do predictions of shape (m, 1) meet a `y` of shape (m,)? Their difference has the shape (m, m). Print the
shape of your residuals: it should be (m,).
"""

import numpy as np


def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    predictions = X @ w.reshape(-1, 1) + b
    residuals = predictions - y
    return (X.T @ residuals / len(y)).mean(axis=1), np.mean(residuals)


def batch_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X, y, w, b)
    return update(w, dw, lr), update(b, db, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
