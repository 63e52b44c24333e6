# B29: arrays of objects that are equal to anything, and of other dtypes that do not cross.
import numpy as np


class Equal:
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *_: 0.0


def double(x):
    return np.array([Equal() for _ in x], dtype=object)


def total(x):
    return np.zeros((), dtype=[("secret 31337.25", "f8")])
