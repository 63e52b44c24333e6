"""How far off a model's predictions are."""

import numpy as np


def mean_squared_error(predictions, targets):
    """Return the mean squared error as a float."""
    return float(np.mean((predictions - targets) ** 2))
