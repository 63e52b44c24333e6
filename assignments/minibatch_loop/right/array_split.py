"""Cuts the shuffled rows with np.split and pairs the parts with a zip; seeds count up by epoch."""

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    n = len(X)
    if n != len(y) or batch_size <= 0:
        raise ValueError("bad arguments")
    order = np.random.default_rng(seed).permutation(n) if shuffle else np.arange(n)
    cuts = np.arange(batch_size, n, batch_size)
    return zip(np.split(X[order], cuts), np.split(y[order], cuts))


def train(w, X, y, update, batch_size, epochs, seed=None):
    for epoch in range(epochs):
        for batch in minibatches(X, y, batch_size, seed=None if seed is None else seed * 1_000_003 + epoch):
            w = update(w, *batch)
    return w
