"""Without `indices`, your `split_data` changes the order of the rows in X and y themselves. The arrays belong to
the caller, who still needs them as they were. Do you shuffle in place? Draw row numbers instead, or shuffle
a copy.
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
        order = np.random.default_rng(seed).permutation(len(X))
        X[:], y[:] = X[order], y[order]
        indices = np.arange(len(X))
    train, validation, test = split_twice(indices, validation_fraction, test_fraction, seed)
    return X[train], X[validation], X[test], y[train], y[validation], y[test]


def standardise(X_train, X_validation, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_validation - mean) / std, (X_test - mean) / std
