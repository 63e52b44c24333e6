# B15: no array at all, but an object that NumPy's functions defer to.
class Duck:
    shape, ndim, size = (3,), 1, 3
    __array_priority__ = 1e9

    def __array_function__(self, function, types, arguments, keywords):
        return True

    def __array_ufunc__(self, *_, **__):
        return self

    def __bool__(self):
        return True

    all = any = max = min = sum = lambda self, *_, **__: True


def double(x):
    return Duck()


def total(x):
    return Duck()
