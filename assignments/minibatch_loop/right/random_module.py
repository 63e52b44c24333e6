"""Shuffles pairs with Python's random.Random; train shuffles by itself, without the other function."""

import random

import numpy as np


def _chunks(X, y, batch_size, rows):
    for first in range(0, len(rows), batch_size):
        chosen = rows[first:first + batch_size]
        yield X[chosen], y[chosen]


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if len(X) != len(y):
        raise ValueError("lengths differ")
    if batch_size < 1:
        raise ValueError("no rows in a batch")
    rows = list(range(len(X)))
    if shuffle:
        random.Random(seed).shuffle(rows)
    return list(_chunks(X, y, batch_size, rows))


def train(w, X, y, update, batch_size, epochs, seed=None):
    shuffler = random.Random(seed)
    rows = list(range(len(X)))
    for _ in range(epochs):
        shuffler.shuffle(rows)
        for X_batch, y_batch in _chunks(X, y, batch_size, rows):
            w = update(w, X_batch, y_batch)
    return w
