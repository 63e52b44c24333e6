"""Your function shuffles X and y themselves, and a shuffle works in place: the arrays of the caller are in
another order afterwards. Whatever else is kept beside them, say the names of the rows, then belongs to
other rows. Shuffle row numbers, or a copy.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    if shuffle:
        order = np.random.default_rng(seed).permutation(len(X))
        X[:] = X[order]
        y[:] = y[order]
    return [(X[i:i + batch_size].copy(), y[i:i + batch_size].copy()) for i in range(0, len(X), batch_size)]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
