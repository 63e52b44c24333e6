"""Functions, generators and objects."""


def apply(f, x):
    """Return `f(x)`."""
    raise NotImplementedError


def evens(n):
    """Yield the first `n` even numbers."""
    raise NotImplementedError


def collect(items):
    """Return the list of the items that the iterator `items` gives."""
    raise NotImplementedError


def train(model, steps):
    """Call `model.step()` so many times."""
    raise NotImplementedError


class Tally:
    """Counts up from zero: `add(n)` adds `n` and returns the count, `count` is the count."""
