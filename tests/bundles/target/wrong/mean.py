"""Your `total` returns the mean. The total is the sum of the entries, without the division by their number."""


def double(x):
    return 2 * x


def total(x):
    return float(x.mean())
