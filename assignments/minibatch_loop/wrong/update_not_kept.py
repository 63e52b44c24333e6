"""Your `train` calls `update` but does nothing with what it returns, so every step starts from the same
parameters, and these come back at the end. `update` does not change `w`; it returns new parameters, and
they have to go on into the next step.
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
        batches.append((X[rows], y[rows]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            update(w, X_batch, y_batch)
    return w
