"""Your validation part is a fraction of what is left after the test part was taken away, and so it is too
small: 20 % of the remaining 80 % is 16 % of the whole. Both fractions are meant of the whole. Either count
the rows before you cut anything, or make the second fraction larger so that it comes to the same number of
rows.
"""

import numpy as np


def split_once(indices, fraction, seed=None):
    if fraction < 0 or fraction > 1:
        raise ValueError("fraction must be between 0 and 1")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(indices))
    n_chosen = round(len(indices) * fraction)
    return indices[order[n_chosen:]], indices[order[:n_chosen]]


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions must add up to at most 1")
    rest, test = split_once(indices, test_fraction, seed)
    train, validation = split_once(rest, validation_fraction, seed)
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
