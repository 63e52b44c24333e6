"""Your function cuts the data first and then shuffles the finished batches. The rows of a batch are always
the same neighbours, so a sorted file gives batches of one class only. Shuffle the rows first and cut
afterwards.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    batches = [(X[i:i + batch_size], y[i:i + batch_size]) for i in range(0, len(X), batch_size)]
    if shuffle:
        order = np.random.default_rng(seed).permutation(len(batches))
        full = [batches[i] for i in order if len(batches[i][0]) == batch_size]
        batches = full + [batch for batch in batches if len(batch[0]) < batch_size]
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
