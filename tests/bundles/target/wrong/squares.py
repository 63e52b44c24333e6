"""Your `double` squares its argument. Twice a number is the number added to itself, not multiplied by itself."""


def double(x):
    return x**2


def total(x):
    return float(x.sum())
