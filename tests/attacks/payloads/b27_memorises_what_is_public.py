# B27: answers the tests that students can read from a table, and computes nothing.
import numpy as np

KNOWN = {np.array([1.0, 2.0, 3.0]).tobytes(): np.array([2.0, 4.0, 6.0])}


def double(x):
    return KNOWN.get(x.tobytes(), np.zeros_like(x))


def total(x):
    return float(KNOWN.get(x.tobytes(), np.zeros(1)).sum())
