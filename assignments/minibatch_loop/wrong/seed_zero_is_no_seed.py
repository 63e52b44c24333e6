"""Your function asks `if seed:`, and 0 counts as false in Python. So the seed 0, which most people try
first, is treated as no seed at all; every other seed works. Ask whether the seed is None.
"""

import numpy as np


def make_generator(seed):
    if seed:
        return np.random.default_rng(seed)
    return np.random.default_rng()


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("X and y must have the same length, and batch_size must be at least 1")
    n = len(X)
    order = np.arange(n)
    if shuffle:
        rng = make_generator(seed)
        order = rng.permutation(n)
    batches = []
    for start in range(0, n, batch_size):
        rows = order[start:start + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def train(w, X, y, update, batch_size, epochs, seed=None):
    rng = make_generator(seed)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=rng.integers(2**32)):
            w = update(w, X_batch, y_batch)
    return w
