# B29: empty arrays, all of whose entries are right, with an extent that says something.
import numpy as np


def double(x):
    return np.empty((0, 31337))


def total(x):
    return np.empty((0, 3, 1))
