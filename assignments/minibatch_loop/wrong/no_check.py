"""Your batches are right, but X and y of different lengths, or a batch size below 1, pass without a word.
Then rows without a target are dropped in silence, or the loop never gets on. Raise a `ValueError` at the
start.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    n = min(len(X), len(y))
    order = np.arange(n)
    if shuffle:
        rng = np.random.default_rng(seed)
        order = rng.permutation(n)
    batches = []
    for start in range(0, n, max(1, batch_size)):
        rows = order[start:start + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
