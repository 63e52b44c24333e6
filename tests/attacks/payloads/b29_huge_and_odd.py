# B29: numbers of odd kinds: huge integers, complex, extended precision, booleans, infinite ones, text.
import numpy as np

answers = iter([np.longdouble("1e4000"), [10**400, float("inf"), 1j], np.array(["2", "4", "6"])])


def double(x):
    return np.array([True, False, True]) if len(x) < 3 else [10**400, -(10**400), 2.0]


def total(x):
    return 10**2000
