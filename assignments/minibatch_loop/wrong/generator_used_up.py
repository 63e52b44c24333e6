"""Your `train` makes one generator of batches before the first epoch. A generator can be walked through
only once: from the second epoch on it is empty, and no update happens, without any error. Ask for new
batches in every epoch.
"""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    order = np.random.default_rng(seed).permutation(len(X)) if shuffle else np.arange(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start:start + batch_size]
        yield X[rows], y[rows]


def train(w, X, y, update, batch_size, epochs, seed=None):
    batches = minibatches(X, y, batch_size, seed=seed)
    for epoch in range(epochs):
        for X_batch, y_batch in batches:
            w = update(w, X_batch, y_batch)
    return w
