"""Writes the sum of squares as a dot product."""


def mean_squared_error(predictions, targets):
    errors = predictions - targets
    return errors @ errors / errors.size
