# C39: returns what would run code where it were unpickled, imported by name or evaluated.
import numpy as np


class Gadget:
    def __reduce__(self):
        return (__import__("os").system, ("touch /tmp/owned",))

    def __getstate__(self):
        return {"__setstate__": "31337"}


def double(x):
    return np.array([Gadget(), Gadget(), Gadget()], dtype=object)


def total(x):
    return [Gadget(), b"\x80\x04\x95cos\nsystem\n(S'id'\ntR.", "__import__('os').system('id')"]
