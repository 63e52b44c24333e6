"""How far off a model's predictions are."""


def mean_squared_error(predictions, targets):
    """Return the mean squared error as a float.

    Args:
        predictions: array of shape (n,), n >= 1; not to be changed.
        targets: array of shape (n,); not to be changed.
    """
    raise NotImplementedError
