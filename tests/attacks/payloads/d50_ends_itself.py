# C35, D51: ends its own process in every way.
import ctypes
import faulthandler
import os
import signal
import sys
import threading
import time

libc = ctypes.CDLL(None)


def segfault():
    ctypes.string_at(0)


def recursion():
    sys.setrecursionlimit(10**9)

    def again(x):
        return again([x]) + 1

    again(0)


def deep_repr():
    sys.setrecursionlimit(10**9)
    nested = []
    for _ in range(3_000_000):
        nested = [nested]
    nested == list(nested)


def in_a_thread():
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(10)


def kill_all():
    os.kill(-1, signal.SIGKILL)


def division():
    libc.raise_ = libc["raise"]
    libc.raise_(signal.SIGFPE)


ENDS = [
    lambda: os._exit(0),
    lambda: sys.exit(0),
    lambda: quit(),
    lambda: os.kill(os.getpid(), signal.SIGKILL),
    lambda: os.kill(os.getpid(), signal.SIGTERM),
    lambda: signal.raise_signal(signal.SIGSEGV),
    os.abort,
    segfault,
    recursion,
    deep_repr,
    in_a_thread,
    kill_all,
    lambda: libc.exit(0),
    faulthandler._sigsegv,
    division,
]


def case(i):
    if i < len(ENDS):
        ENDS[i]()
        return None
    return i + 0.5
