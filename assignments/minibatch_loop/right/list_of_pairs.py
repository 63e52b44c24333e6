"""Builds the whole list of batches first; train draws a seed for each epoch from a generator of its own."""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y):
        raise ValueError("X and y must have the same number of rows")
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    n = X.shape[0]
    idx = np.arange(n)
    if shuffle:
        rng = np.random.default_rng(seed)
        rng.shuffle(idx)
    X_shuffled = X[idx]
    y_shuffled = y[idx]
    batches = []
    for i in range(0, n, batch_size):
        batches.append((X_shuffled[i:i + batch_size], y_shuffled[i:i + batch_size]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        epoch_seed = int(rng.integers(2**32))
        for X_batch, y_batch in minibatches(X, y, batch_size, True, epoch_seed):
            w = update(w, X_batch, y_batch)
    return w
