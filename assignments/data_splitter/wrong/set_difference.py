"""Your function finds the rest by a set difference (`set`, `np.setdiff1d`, `not in`). A label that occurs
twice in `indices` stands for two rows, but a set keeps it once, and drops it altogether if one of the two
was chosen. So rows get lost. Work with positions, which never repeat, and look the labels up at the end.
"""

import numpy as np


def split_once(indices, fraction, seed=None):
    if fraction < 0 or fraction > 1:
        raise ValueError("fraction must be between 0 and 1")
    rng = np.random.default_rng(seed)
    chosen = rng.choice(indices, size=round(len(indices) * fraction), replace=False)
    rest = np.setdiff1d(indices, chosen)
    return rest, chosen


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions must add up to at most 1")
    rng = np.random.default_rng(seed)
    n_validation = round(len(indices) * validation_fraction)
    rest, test = split_once(indices, test_fraction, rng)
    validation = rng.choice(rest, size=n_validation, replace=False)
    train = np.setdiff1d(rest, validation)
    return train, validation, test


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
