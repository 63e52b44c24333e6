"""Your `train` adds the number of the epoch to the seed. That gives each epoch an order of its own, but
without a seed it adds to None and stops with a TypeError. Make one generator from the seed, whatever it is,
and let it serve all epochs.
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
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=seed + epoch):
            w = update(w, X_batch, y_batch)
    return w
