"""Functions, generators and objects."""


def apply(f, x):
    """Return `f(x)`."""
    return f(x)


def evens(n):
    """Yield the first `n` even numbers."""
    for i in range(n):
        yield 2 * i


def collect(items):
    """Return the list of the items that the iterator `items` gives."""
    return list(items)


def train(model, steps):
    """Call `model.step()` so many times."""
    for _ in range(steps):
        model.step()


class Tally:
    """Counts up from zero: `add(n)` adds `n` and returns the count, `count` is the count."""

    def __init__(self):
        self.count = 0

    def add(self, n):
        """Add `n`, and return the count."""
        self.count += n
        return self.count
