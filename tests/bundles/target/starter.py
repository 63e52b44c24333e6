"""Double a vector."""


def double(x):
    """Return a new array with twice the values of the array `x`."""
    raise NotImplementedError


def total(x):
    """Return the sum of the array `x` as a float."""
    raise NotImplementedError
