"""Your function makes a generator of its own when there is a seed, but without one it draws from NumPy's
global generator, and so moves it on under everybody else's feet. `np.random.default_rng(None)` makes a
fresh generator, and needs no case of its own.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    order = np.arange(n)
    if shuffle:
        if seed is None:
            order = np.random.permutation(n)
        else:
            order = np.random.default_rng(seed).permutation(n)
    batches = []
    for start in range(0, n, batch_size):
        rows = order[start:start + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    for epoch in range(epochs):
        epoch_seed = None if seed is None else 1000 * seed + epoch
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=epoch_seed):
            w = update(w, X_batch, y_batch)
    return w
