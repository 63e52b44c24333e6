"""A class that is the iterable; it walks with a while loop and an old-style RandomState of its own."""

import numpy as np


class Batches:
    def __init__(self, X, y, batch_size, state):
        self.X, self.y, self.batch_size, self.state = X, y, batch_size, state

    def __iter__(self):
        left = list(range(len(self.X)))
        if self.state is not None:
            self.state.shuffle(left)
        while left:
            rows, left = left[:self.batch_size], left[self.batch_size:]
            yield np.array([self.X[row] for row in rows]), np.array([self.y[row] for row in rows])


def minibatches(X, y, batch_size, shuffle=True, seed=None):
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    if X.shape[0] != y.shape[0]:
        raise ValueError("X and y do not match")
    return Batches(X, y, batch_size, np.random.RandomState(seed) if shuffle else None)


def train(w, X, y, update, batch_size, epochs, seed=None):
    batches = Batches(X, y, batch_size, np.random.RandomState(seed))
    for _ in range(epochs):
        for X_batch, y_batch in batches:
            w = update(w, X_batch, y_batch)
    return w
