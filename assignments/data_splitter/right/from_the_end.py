"""Shuffles a copy with an old-style RandomState of its own and cuts it once, training first."""

import numpy as np


def _shuffled(indices, seed):
    state = np.random.RandomState(seed)
    shuffled = indices.copy()
    state.shuffle(shuffled)
    return shuffled


def split_once(indices, fraction, seed=None):
    if fraction > 1 or fraction < 0:
        raise ValueError("fraction")
    shuffled = _shuffled(indices, seed)
    cut = len(indices) - int(np.rint(len(indices) * fraction))
    return shuffled[:cut], shuffled[cut:]


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions")
    n = len(indices)
    n_test = int(np.rint(n * test_fraction))
    n_validation = int(np.rint(n * validation_fraction))
    n_train = n - n_validation - n_test
    return tuple(np.split(_shuffled(indices, seed), [n_train, n_train + n_validation]))


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    if indices is not None:
        X, y = X[indices], y[indices]
    a, b, c = split_twice(np.arange(len(X)), validation_fraction, test_fraction, seed)
    return np.take(X, a, axis=0), np.take(X, b, axis=0), np.take(X, c, axis=0), y[a], y[b], y[c]


def standardise(X_train, X_validation, X_test):
    mean = X_train.mean(axis=0, keepdims=True)
    centred = X_train - mean
    std = np.sqrt((centred ** 2).mean(axis=0, keepdims=True))
    safe = np.where(np.ptp(X_train, axis=0) == 0, 1, std)
    return centred / safe, (X_validation - mean) / safe, (X_test - mean) / safe
