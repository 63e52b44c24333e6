"""Your function draws the rows of `X` and the rows of `y` separately, so they end up in two different
orders, and an example gets the target of another one. No model can learn from that, and no error message
will tell. Draw the positions once and use the same positions for both.
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
    rng = np.random.default_rng(seed)
    seeds = rng.integers(2**31, size=2)
    X_parts = [X[part] for part in split_twice(indices, validation_fraction, test_fraction, seeds[0])]
    y_parts = [y[part] for part in split_twice(indices, validation_fraction, test_fraction, seeds[1])]
    return X_parts[0], X_parts[1], X_parts[2], y_parts[0], y_parts[1], y_parts[2]


def standardise(X_train, X_validation, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_validation - mean) / std, (X_test - mean) / std
