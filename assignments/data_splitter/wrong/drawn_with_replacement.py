"""Your function draws each chosen row anew from all rows, so the same row can be drawn twice (`randint` and
`choice` do so unless they are told not to). The part then holds repeats and fewer different rows than
asked. Shuffle all positions once and cut, or draw without replacement.
"""

import numpy as np


def split_once(indices, fraction, seed=None):
    if fraction < 0 or fraction > 1:
        raise ValueError("fraction must be between 0 and 1")
    rng = np.random.default_rng(seed)
    n = len(indices)
    chosen = rng.choice(n, size=round(n * fraction))
    rest = np.delete(np.arange(n), chosen)
    return indices[rest], indices[chosen]


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions must add up to at most 1")
    rng = np.random.default_rng(seed)
    n = len(indices)
    left = np.arange(n)
    test = rng.choice(left, size=round(n * test_fraction))
    left = np.setdiff1d(left, test)
    validation = rng.choice(left, size=round(n * validation_fraction))
    left = np.setdiff1d(left, validation)
    return indices[left], indices[validation], indices[test]


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    if indices is None:
        indices = np.arange(len(X))
    train, validation, test = split_twice(indices, validation_fraction, test_fraction, seed)
    return X[train], X[validation], X[test], y[train], y[validation], y[test]


def standardise(X_train, X_validation, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_validation - mean) / std, (X_test - mean) / std
