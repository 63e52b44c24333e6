"""Your `train` makes the batches once, before the first epoch, and goes through the same ones in every
epoch. A new epoch needs a new order, so make them anew inside the loop over the epochs.
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
    batches = minibatches(X, y, batch_size, seed=seed)
    for epoch in range(epochs):
        for X_batch, y_batch in batches:
            w = update(w, X_batch, y_batch)
    return w
