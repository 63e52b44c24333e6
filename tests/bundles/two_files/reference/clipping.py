"""Clipping."""


def clip(x):
    """Return the entries limited to [0, 1]."""
    return x.clip(0, 1)
