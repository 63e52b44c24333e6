"""Draws positions with a private random.Random and takes what was not drawn as the rest."""

import random

import numpy as np


def _draw(n, k, generator):
    drawn = generator.sample(range(n), k)
    others = sorted(set(range(n)) - set(drawn))
    return others, drawn


def split_once(indices, fraction, seed=None):
    if not 0 <= fraction <= 1:
        raise ValueError("fraction must be in [0, 1]")
    rest, chosen = _draw(len(indices), round(fraction * len(indices)), random.Random(seed))
    return np.take(indices, np.array(rest, dtype=int)), np.take(indices, np.array(chosen, dtype=int))


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0 or validation_fraction + test_fraction > 1:
        raise ValueError("fractions must be in [0, 1] and add up to at most 1")
    n = len(indices)
    generator = random.Random(seed)
    train_and_test, validation = _draw(n, round(n * validation_fraction), generator)
    train, test = _draw(len(train_and_test), round(n * test_fraction), generator)
    pool = np.array(train_and_test, dtype=int)
    return indices[pool[train]], indices[validation], indices[pool[test]]


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    if indices is None:
        indices = np.array(range(len(X)))
    train, validation, test = split_twice(indices, validation_fraction, test_fraction, seed)
    X_parts = [X[train], X[validation], X[test]]
    y_parts = [y[train], y[validation], y[test]]
    return tuple(X_parts + y_parts)


def standardise(X_train, X_validation, X_test):
    mean = X_train.mean(0)
    std = X_train.std(0)
    std = np.array([s if s > 0 else 1.0 for s in std])

    def scale(part):
        return (part - mean) / std

    return scale(X_train), scale(X_validation), scale(X_test)
