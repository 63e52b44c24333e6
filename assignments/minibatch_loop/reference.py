"""Shuffled batches that lose no row, and the loop that trains with them."""

import numpy as np

__all__ = ["minibatches", "train"]


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    """Yield the batches of one epoch as pairs (X_batch, y_batch)."""
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y need the same length, and a batch needs a row")
    order = np.arange(len(X))
    if shuffle:
        order = np.random.default_rng(seed).permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def train(w, X, y, update, batch_size, epochs, seed=None):
    """Return the parameters after one update for each batch of each epoch."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng):
            w = update(w, X_batch, y_batch)
    return w
