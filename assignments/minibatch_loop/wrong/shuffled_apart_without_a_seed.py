"""Your function makes one generator for X and another one for y. With a seed both draw the same order; without
one, each draws its own, and rows come with the targets of other rows. Draw one order of row numbers and use
it for both.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    if shuffle:
        X = np.random.default_rng(seed).permutation(X)
        y = np.random.default_rng(seed).permutation(y)
    return [(X[i:i + batch_size], y[i:i + batch_size]) for i in range(0, len(X), batch_size)]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
