# G90: interpreter-wide tricks, one in each case; what follows in the same process must still be answered or fail alone.
import atexit
import gc
import signal
import sys
import threading
import time
import weakref


class Bomb:
    def __del__(self):
        while True:
            raise SystemExit


def traces():
    sys.settrace(lambda *_: (_ for _ in ()).throw(SystemExit(0)))


def profiles():
    sys.setprofile(lambda *_: sys.exit(0))


def collects():
    gc.callbacks.append(lambda *_: sys.exit(0))
    gc.set_threshold(1)


def switches():
    sys.setswitchinterval(1e9)
    threading.Thread(target=lambda: sum(iter(int, 1)), daemon=True).start()


def deletes():
    return [Bomb() for _ in range(100)] and None


def references():
    thing = Bomb()
    weakref.finalize(thing, sys.exit, 0)
    atexit.register(time.sleep, 100)


def alarms():
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(0))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


def audits():
    sys.addaudithook(lambda *_: sys.exit(0))


def hooks():
    sys.excepthook = sys.unraisablehook = threading.excepthook = sys.exit
    raise ValueError


def limits():
    sys.setrecursionlimit(60)


def generator():
    return (1 / 0 for _ in "x")


def module():
    return sys


def itself():
    nested = []
    nested.append(nested)
    return nested


def deep():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def huge():
    return [0] * 10**7


def keys():
    return {float(number): None for number in range(50_000)}


def far():
    return range(10**30)


TRICKS = [
    traces, profiles, collects, switches, deletes, references, alarms, audits, hooks, generator, module, itself, deep, huge, keys, far, limits,
]  # fmt: skip


def case(i):
    if i < len(TRICKS):
        return TRICKS[i]()
    return i + 0.5
