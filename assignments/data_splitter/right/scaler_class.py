"""A Splitter and a Scaler class behind the four functions; the generator is handed on from split to split."""

import numpy as np


class Splitter:
    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)

    def off(self, indices, count):
        order = self.generator.permutation(indices.size)
        return np.delete(indices, order[:count]), indices[order[:count]]


class Scaler:
    def fit(self, X):
        self.mean = np.einsum("ij->j", X) / len(X)
        self.std = X.std(0)
        return self

    def transform(self, X):
        shifted = X - self.mean
        return np.divide(shifted, self.std, out=shifted.copy(), where=self.std > 0)


def _count(indices, fraction):
    if fraction < 0 or fraction > 1:
        raise ValueError("A fraction must be within [0, 1].")
    return round(indices.size * fraction)


def split_once(indices, fraction, seed=None):
    return Splitter(seed).off(indices, _count(indices, fraction))


def split_twice(indices, validation_fraction, test_fraction, seed=None):
    if validation_fraction + test_fraction > 1:
        raise ValueError("Nothing would be left for training.")
    n_validation, n_test = _count(indices, validation_fraction), _count(indices, test_fraction)
    splitter = Splitter(seed)
    rest, test = splitter.off(indices, n_test)
    train, validation = splitter.off(rest, n_validation)
    return train, validation, test


def split_data(X, y, validation_fraction, test_fraction, seed=None, indices=None):
    indices = np.arange(len(X)) if indices is None else indices
    parts = split_twice(indices, validation_fraction, test_fraction, seed)
    return (*[X[p] for p in parts], *[y[p] for p in parts])


def standardise(X_train, X_validation, X_test):
    scaler = Scaler().fit(X_train)
    return tuple(map(scaler.transform, (X_train, X_validation, X_test)))
