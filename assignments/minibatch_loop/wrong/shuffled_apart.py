"""Your function shuffles X and y each by itself, so they get two different orders, and rows come with the
targets of other rows. No model can learn that, and no error message tells. Draw one order of row numbers
and use it for both.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    if shuffle:
        rng = np.random.default_rng(seed)
        X = rng.permutation(X)
        y = rng.permutation(y)
    return [(X[i:i + batch_size], y[i:i + batch_size]) for i in range(0, len(X), batch_size)]


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
