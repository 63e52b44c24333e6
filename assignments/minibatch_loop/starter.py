"""Mini-batches, and the loop that trains with them."""

from collections.abc import Callable

import numpy as np


def minibatches(X: np.ndarray, y: np.ndarray, batch_size: int, shuffle: bool = True, seed: int | None = None):
    """Give the batches of one epoch.

    X: array of shape (n, ...), one example in each row. y: array of shape (n,) or (n, ...); y[i] belongs to
        X[i]. Neither is changed.
    batch_size: rows in each batch, at least 1. The last batch holds what is left: it may be smaller, but it
        is neither dropped nor empty.
    shuffle: True for the rows in a random order, False for the order of X.
    seed: None for another order at each call, or a whole number (zero too) for the same order at each call.
        NumPy's global random generator is neither used nor reseeded.

    Returns any iterable (a list or a generator, say) of pairs (X_batch, y_batch) of arrays. Every row comes
    once, next to its own target; row shapes and dtypes are those of X and y.

    Raises ValueError if X and y differ in length or batch_size is below 1 (a generator may raise it when its
    first batch is asked for).
    """
    raise NotImplementedError


def train(w, X: np.ndarray, y: np.ndarray, update: Callable, batch_size: int, epochs: int, seed: int | None = None):
    """Train for some epochs with shuffled batches, and return the parameters.

    w: the parameters at the start (a number or an array). Not changed.
    X, y, batch_size: as in minibatches.
    update: a function; update(w, X_batch, y_batch) returns new parameters and changes none of its arguments.
        It is called once for each batch, with the parameters that the call before it returned.
    epochs: how often the whole data is gone through, each time in a new order.
    seed: None for other orders at each call, or a whole number (zero too) for the same orders at each call.
        NumPy's global random generator is neither used nor reseeded.

    Returns what the last update returned (w itself if there are no epochs).
    """
    raise NotImplementedError
