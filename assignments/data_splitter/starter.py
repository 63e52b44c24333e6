"""Training, validation and test data: split at random, then scale."""

import numpy as np


def split_once(indices: np.ndarray, fraction: float, seed: int | None = None):
    """Draw a fraction of the entries of `indices` at random.

    indices: array of shape (n,) of labels (numbers or strings); any values, in any order, and a label may
        occur more than once. Not changed.
    fraction: between 0 and 1; round(n * fraction) entries are chosen.
    seed: None for another split each time, or a whole number (zero too) for the same split each time.
        NumPy's global random generator is neither used nor reseeded.

    Returns (rest, chosen): two arrays that hold the entries of `indices` (not their positions). Every entry
    is in one of the two. The order inside a part does not matter.

    Raises ValueError if fraction is below 0 or above 1.
    """
    raise NotImplementedError


def split_twice(indices: np.ndarray, validation_fraction: float, test_fraction: float, seed: int | None = None):
    """Split the entries of `indices` at random into training, validation and test.

    indices, seed: as in split_once.
    validation_fraction, test_fraction: fractions of the whole. round(n * test_fraction) entries are for the
        test, round(n * validation_fraction) for validation, all others for training.

    Returns (train, validation, test): three arrays that hold the entries of `indices`. Every entry is in one
    of them. The order inside a part does not matter.

    Raises ValueError if a fraction is below 0, or if the two add up to more than 1.
    """
    raise NotImplementedError


def split_data(
    X: np.ndarray,
    y: np.ndarray,
    validation_fraction: float,
    test_fraction: float,
    seed: int | None = None,
    indices: np.ndarray | None = None,
):
    """Split examples and their targets at random into training, validation and test.

    X: array of shape (n, d). y: array of shape (n,) or (n, k); y[i] belongs to X[i]. Neither is changed.
    validation_fraction, test_fraction, seed: as in split_twice.
    indices: None to use all rows, or an array of the numbers of the rows to use; the fractions are fractions
        of these, and the other rows appear nowhere.

    Returns six arrays: (X_train, X_validation, X_test, y_train, y_validation, y_test), with the dtypes of X
    and y.
    """
    raise NotImplementedError


def standardise(X_train: np.ndarray, X_validation: np.ndarray, X_test: np.ndarray):
    """Shift and scale each column by the mean and the standard deviation of the training part.

    X_train, X_validation, X_test: float arrays of shapes (n, d), (n_validation, d), (n_test, d), where
        n_validation and n_test may be 0. Not changed.

    The standard deviation divides by n (NumPy's default). A column that is constant in X_train is shifted
    only.

    Returns (X_train, X_validation, X_test): three arrays of the same shapes, all scaled by the numbers of the
    training part.
    """
    raise NotImplementedError
