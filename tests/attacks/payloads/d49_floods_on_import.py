# D49: prints more than is kept while it is loaded, and is right otherwise.
print("\x1b[31m" + "x" * 3_000_000)


def double(x):
    return 2 * x


def total(x):
    return float(x.sum())
