# D49: forks while it is loaded.
import os

os.fork()


def double(x):
    return 2 * x


def total(x):
    return float(x.sum())
