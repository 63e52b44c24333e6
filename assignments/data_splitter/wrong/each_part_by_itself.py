"""Your `standardise` works out a mean and a standard deviation for each part by itself. So the same
measurement becomes a different number in training and in test, and a test part that really is different
looks as if it were not. Fit the scaling on the training part, and apply those same numbers to all three.
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
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(indices))
    n_test = round(len(indices) * test_fraction)
    n_validation = round(len(indices) * validation_fraction)
    test = indices[order[:n_test]]
    validation = indices[order[n_test:n_test + n_validation]]
    train = indices[order[n_test + n_validation:]]
    return train, validation, test


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    if indices is None:
        indices = np.arange(len(X))
    train, validation, test = split_twice(indices, validation_fraction, test_fraction, seed)
    return X[train], X[validation], X[test], y[train], y[validation], y[test]


def standardise(X_train, X_validation, X_test):
    parts = []
    for part in (X_train, X_validation, X_test):
        if len(part) == 0:
            parts.append(part)
            continue
        std = part.std(axis=0)
        std[std == 0] = 1.0
        parts.append((part - part.mean(axis=0)) / std)
    return tuple(parts)
