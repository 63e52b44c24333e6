# D54, D44: values that are small to send and without end to write down, wherever a message quotes them.
import numpy as np

VALUES = [
    lambda: [np.ones((4,) * 11, np.int8)] * 3,
    lambda: np.full((4,) * 5, b"\xff" * 9999),
    lambda: np.full((4,) * 5, "\U00020000" * 9999),
    lambda: np.bytes_(b"\xff" * 9999),
    lambda: np.ones((4,) * 12, np.int8),  # for the public test, which quotes it
    lambda: np.str_("\U00020000" * 9999),
    lambda: b"\xff" * 10**6,
    lambda: [[[["x" * 999] * 9] * 9] * 9] * 9,
]


def case(i):
    return VALUES[int(i) % len(VALUES)]()
