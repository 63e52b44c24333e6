"""Your function cuts the data first and then shuffles the rows inside each batch. The batches still hold
the same neighbours in every epoch. Shuffle all the rows first and cut afterwards.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    rng = np.random.default_rng(seed)
    for start in range(0, len(X), batch_size):
        rows = np.arange(start, min(start + batch_size, len(X)))
        if shuffle:
            rng.shuffle(rows)
        yield X[rows], y[rows]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
