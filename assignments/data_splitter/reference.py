"""Parts that never share a row, and a scaling that knows the training part only."""

import numpy as np

__all__ = ["split_data", "split_once", "split_twice", "standardise"]


def split_once(indices, fraction, seed=None):
    """Return (rest, chosen): round(n * fraction) entries of `indices` drawn at random, and the others."""
    if not 0 <= fraction <= 1:
        raise ValueError("the fraction must lie between 0 and 1")
    shuffled = np.random.default_rng(seed).permutation(indices)
    n_chosen = round(len(indices) * fraction)
    return shuffled[n_chosen:], shuffled[:n_chosen]


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    """Return (train, validation, test), with both fractions of the whole."""
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("the fractions must not be negative, nor add up to more than 1")
    rest, test = split_once(indices, test_fraction, seed)
    n_validation = round(len(indices) * validation_fraction)
    return rest[n_validation:], rest[:n_validation], test


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    """Return X_train, X_validation, X_test, y_train, y_validation, y_test."""
    if indices is None:
        indices = np.arange(len(X))
    parts = split_twice(indices, validation_fraction, test_fraction, seed)
    return tuple(X[part] for part in parts) + tuple(y[part] for part in parts)


def standardise(X_train, X_validation, X_test):
    """Return the three arrays, shifted and scaled by the training part's mean and standard deviation."""
    mean = X_train.mean(axis=0)
    scale = X_train.std(axis=0)
    scale = np.where(scale == 0, 1.0, scale)
    return tuple((part - mean) / scale for part in (X_train, X_validation, X_test))
