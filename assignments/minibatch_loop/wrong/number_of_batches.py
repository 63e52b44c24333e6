"""Your function takes `batch_size` for the number of batches. Asked for batches of four rows, it cuts the
data into four pieces. The batch size is the number of rows in each batch.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    order = np.random.default_rng(seed).permutation(n) if shuffle else np.arange(n)
    return [(X[rows], y[rows]) for rows in np.array_split(order, batch_size) if len(rows)]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
