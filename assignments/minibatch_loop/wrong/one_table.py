"""Your function puts X and y side by side in one table, shuffles that and takes it apart again. The pairs
stay together, but in one table all numbers have one dtype: class labels come back as floats, and images as
flat rows. Shuffle row numbers instead.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    table = np.hstack([X.reshape(n, -1), y.reshape(n, -1)])
    if shuffle:
        np.random.default_rng(seed).shuffle(table)
    k = X.reshape(n, -1).shape[1]
    batches = []
    for start in range(0, n, batch_size):
        part = table[start:start + batch_size]
        batches.append((part[:, :k], part[:, k:] if y.ndim > 1 else part[:, k]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
