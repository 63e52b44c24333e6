"""You subtracted the targets from the predictions in place, so the caller's array is no longer what it was.

`a -= b` writes into the array that `a` names, and the caller holds the same array. `a = a - b` makes a new one.
"""


def mean_squared_error(predictions, targets):
    predictions -= targets
    return float((predictions**2).mean())
