"""Uses Python's own random.Random and plain lists of positions, loops for the scaling."""

import math
import random

import numpy as np


def split_once(indices, fraction, seed=None):
    if not (0.0 <= fraction <= 1.0):
        raise ValueError(f"bad fraction {fraction}")
    positions = list(range(len(indices)))
    random.Random(seed).shuffle(positions)
    k = round(len(positions) * fraction)
    chosen = [indices[p] for p in positions[:k]]
    rest = [indices[p] for p in positions[k:]]
    return np.array(rest, dtype=indices.dtype), np.array(chosen, dtype=indices.dtype)


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction < 0 or test_fraction < 0:
        raise ValueError("negative fraction")
    if validation_fraction + test_fraction > 1:
        raise ValueError("too much")
    positions = list(range(len(indices)))
    random.Random(seed).shuffle(positions)
    n_test = round(len(positions) * test_fraction)
    n_validation = round(len(positions) * validation_fraction)
    test = positions[:n_test]
    validation = positions[n_test:n_test + n_validation]
    train = positions[n_test + n_validation:]
    return indices[train], indices[validation], indices[test]


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    rows = np.arange(len(y)) if indices is None else np.asarray(indices)
    train, validation, test = split_twice(rows, validation_fraction, test_fraction, seed)
    result = []
    for array in (X, y):
        for part in (train, validation, test):
            result.append(array[part.astype(int)])
    return result


def standardise(X_train, X_validation, X_test):
    n, d = X_train.shape
    parts = [X_train.copy(), X_validation.copy(), X_test.copy()]
    for j in range(d):
        mean = sum(X_train[:, j]) / n
        variance = sum((value - mean) ** 2 for value in X_train[:, j]) / n
        scale = math.sqrt(variance)
        for part in parts:
            for i in range(len(part)):
                part[i, j] -= mean
                if X_train[:, j].max() != X_train[:, j].min():
                    part[i, j] /= scale
    return tuple(parts)
