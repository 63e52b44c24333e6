"""The bias as one more weight, with a column of ones beside X; einsum for the gradient."""

import numpy as np


def update(parameter, gradient, lr):
    return np.add(parameter, np.multiply(-lr, gradient))


def _gradient(A, y, theta):
    return np.einsum("ij,i->j", A, A @ theta - y) / A.shape[0]


def _join(X, w, b):
    return np.column_stack([X, np.ones(len(X))]), np.append(w, b)


def mean_gradient(X, y, w, b):
    A, theta = _join(X, w, b)
    g = _gradient(A, y, theta)
    return g[:-1], g[-1]


def _epoch(X, y, w, b, lr, groups):
    A, theta = _join(X, w, b)
    for rows in groups:
        theta = update(theta, _gradient(A[rows], y[rows], theta), lr)
    return theta[:-1], theta[-1], len(groups)


def batch_epoch(X, y, w, b, lr):
    return _epoch(X, y, w, b, lr, [np.arange(len(y))])


def minibatch_epoch(X, y, w, b, lr, batch_size):
    return _epoch(X, y, w, b, lr, np.split(np.arange(len(y)), range(batch_size, len(y), batch_size)))


def stochastic_epoch(X, y, w, b, lr):
    return _epoch(X, y, w, b, lr, [[i] for i in range(len(y))])
