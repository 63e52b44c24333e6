"""Marks the chosen positions in a boolean mask, so the parts keep the order of the data."""

import numpy as np


def split_once(indices, fraction, seed=None):
    if fraction < 0 or fraction > 1:
        raise ValueError("fraction out of range")
    n = len(indices)
    rng = np.random.default_rng(seed)
    mask = np.zeros(n, dtype=bool)
    mask[rng.choice(n, size=int(round(n * fraction)), replace=False)] = True
    return indices[~mask], indices[mask]


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if min(validation_fraction, test_fraction) < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions out of range")
    rest, test = split_once(indices, test_fraction, seed)
    if len(rest) == 0:
        return rest, rest, test
    train, validation = split_once(rest, min(1.0, validation_fraction / (1 - test_fraction)), seed)
    return train, validation, test


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    if indices is None:
        indices = np.arange(X.shape[0])
    a, b, c = split_twice(indices, validation_fraction, test_fraction, seed)
    return X[a], X[b], X[c], y[a], y[b], y[c]


def standardise(X_train, X_validation, X_test):
    mu, sigma = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    sigma[sigma == 0] = 1
    return [(X_train - mu) / sigma, (X_validation - mu) / sigma, (X_test - mu) / sigma]
