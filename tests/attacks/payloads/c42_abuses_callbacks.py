# C42: uses what it is handed for other ends: its attributes, its globals, wrong calls, recursion, endless calls.
import os


def apply(f, x):
    for name in ("__globals__", "__code__", "__closure__", "__self__", "__class__", "__init__", "func_globals"):
        try:
            f._peer.get(f._number, name)
        except Exception:
            continue
        os._exit(1)  # it was given: another sentence than the one for a handle that was never handed over
    for number in range(f._number + 1, -30, -1):
        try:
            f._peer.call(number, "__globals__", (), {})
        except TypeError:
            pass
    return f(f)


def evens(n):
    for _ in range(n):
        yield evens(n)


def collect(items):
    for _ in range(2000):
        try:
            next(items)
        except StopIteration:
            pass
    return items


def train(model, steps):
    while True:
        model.step()


class Tally:
    count = property(lambda self: 1 / 0)

    def add(self, n):
        self.count = n
        return Tally
