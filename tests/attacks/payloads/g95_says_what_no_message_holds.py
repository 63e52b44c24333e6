# G95: answers with text that cannot be written down, that steers a terminal, or that has no end, in each case another.
import sys
import numpy as np
Runtime = sys.modules["grader.sandbox.runtime"].Runtime

FRAMES = [("answer.py", 1, "f" * 20)] * 45_000


def traceback_without_end():
    Runtime._frames = lambda self, error: FRAMES
    raise ValueError("\U00020000" * 300)


SAID = {
    0: lambda: np.str_("\ud800"),
    1: lambda: "\ud800" * 9,
    2: lambda: np.str_("\x1b[2J\x00\u202egnorw"),
    3: lambda: {"\x1b]0;mine\x07": "\ud800"},
    4: lambda: np.str_("x" * 1_000_000),
    5: lambda: ["y" * 1_000_000] * 3,
    6: traceback_without_end,
}


def case(i):
    return SAID[i]() if i in SAID else i + 0.5
