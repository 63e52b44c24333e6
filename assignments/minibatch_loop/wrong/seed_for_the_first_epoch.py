"""Your `train` hands its seed to the first epoch only, and from the second on the order is another in each run. Make
one generator from the seed before the loop, and let it decide about the order of every epoch.
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
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=seed if epoch == 0 else None):
            w = update(w, X_batch, y_batch)
    return w
