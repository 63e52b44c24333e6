"""Sorts by a random key for each row; counts the batches with a ceiling; batches are lists."""

import math

import numpy as np


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if batch_size < 1 or len(X) != len(y):
        raise ValueError("batch_size < 1, or X and y of different lengths")
    n = len(X)
    keys = np.random.default_rng(seed).random(n) if shuffle else np.arange(n)
    order = np.argsort(keys)
    result = []
    for k in range(math.ceil(n / batch_size)):
        start = k * batch_size
        end = min(start + batch_size, n)
        result.append([np.take(X, order[start:end], axis=0), np.take(y, order[start:end], axis=0)])
    return tuple(result)


def train(w, X, y, update, batch_size, epochs, seed=None):
    seeds = np.random.SeedSequence(seed).spawn(epochs)
    current = w
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, seed=seeds[epoch]):
            current = update(current, X_batch, y_batch)
    return current
