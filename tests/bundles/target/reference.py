"""Double a vector."""


def double(x):
    """Return a new array with twice the values of the array `x`."""
    return 2.0 * x


def total(x):
    """Return the sum of the array `x` as a float."""
    return float(x.sum())
