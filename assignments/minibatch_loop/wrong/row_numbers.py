"""Your function gives the numbers of the rows in each batch, and not the rows themselves. Use these numbers
to take the rows out of X and the targets out of y.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    order = np.arange(n)
    if shuffle:
        rng = np.random.default_rng(seed)
        order = rng.permutation(n)
    batches = []
    for start in range(0, n, batch_size):
        rows = order[start:start + batch_size]
        batches.append((rows, rows))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for rows, _ in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X[rows], y[rows])
    return w
