# D47: loops without an end: in Python, in C, asleep, deaf to exceptions and signals.
import itertools
import re
import signal
import threading

import numpy as np


def python_deaf():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def c():
    return sum(itertools.count())


def pattern():
    return re.match(r"(a+)+$", "a" * 60 + "b")


def power():
    return 7 ** (7**9)


def matrices():
    a = np.random.default_rng(0).normal(size=(1500, 1500))
    while True:
        a = a @ a / 1e3


def waits():
    threading.Lock().acquire()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def blocks_signals():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


LOOPS = [python_deaf, c, pattern, power, matrices, waits, blocks_signals]


def case(i):
    if i < len(LOOPS):
        LOOPS[i]()
        return None
    return i + 0.5
