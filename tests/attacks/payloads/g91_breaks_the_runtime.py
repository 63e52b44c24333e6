# G91: breaks what our runtime in the same process lives on, one thing in each case, while answering rightly.
import builtins
import random
import sys

import numpy as np


def breaks_random():
    random.getstate = np.random.get_state = lambda *_, **__: 1 / 0
    np.random.seed = random.seed = lambda *_: 1 / 0


def breaks_builtins():
    for name in ("isinstance", "type", "len", "str", "getattr", "callable", "vars", "list", "tuple"):
        setattr(builtins, name, None)


def breaks_types():
    decoding = sys.modules["grader.wire.decoding"]
    encoding = sys.modules["grader.wire.encoding"]

    encoding._SCALARS = encoding._COLLECTIONS = decoding._BUILDERS = {}


def breaks_modules():
    sys.modules.clear()
    sys.path.clear()


def breaks_the_runtime():
    runtime = sys.modules["grader.sandbox.runtime"]

    runtime.Runtime.handle = runtime.Runtime._describe = None


BREAKS = [breaks_random, breaks_builtins, breaks_types, breaks_modules, breaks_the_runtime]


def case(i):
    if i < len(BREAKS):
        BREAKS[i]()
    return i + 0.5
