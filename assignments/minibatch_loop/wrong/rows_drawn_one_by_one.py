"""You draw the row numbers of an epoch one by one (`integers`, or `choice` with replacement), so some come several
times and others never. Shuffling keeps each of them once: `permutation(n)` gives all the row numbers in a random
order.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    order = np.arange(n)
    if shuffle:
        rng = np.random.default_rng(seed)
        order = rng.integers(n, size=n)
    batches = []
    for start in range(0, n, batch_size):
        rows = order[start:start + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
