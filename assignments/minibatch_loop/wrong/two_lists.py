"""Your function returns two lists, all batches of X and all batches of y. A loop `for X_batch, y_batch in
…` then takes these two lists apart, and not a batch. Asked for are pairs, one for each batch.
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
    return [batch[0] for batch in batches], [batch[1] for batch in batches]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        X_batches, y_batches = minibatches(X, y, batch_size, seed=rng.integers(2**32))
        for X_batch, y_batch in zip(X_batches, y_batches):
            w = update(w, X_batch, y_batch)
    return w
