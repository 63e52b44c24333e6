# E65, C41: shadows modules that the runtime imports late, in files and in sys.modules, and patches import itself.
import builtins
import importlib.abc
import os
import sys

import numpy as np

for name in ("numpy", "json", "random", "traceback", "grader", "linecache", "support", "pickle", "socket"):
    with open(f"/tmp/submission/{name}.py", "w") as file:
        file.write("raise SystemExit('shadowed')\n")
sys.path.insert(0, "/tmp/submission")


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        raise SystemExit(name)


sys.meta_path.insert(0, Finder())
builtins.__import__ = lambda *_, **__: (_ for _ in ()).throw(SystemExit("import"))
for name in ("traceback", "linecache", "grader", "grader.wire", "msgpack", "numpy.random"):
    sys.modules[name] = None


def double(x):
    return np.zeros_like(x)


def total(x):
    return 0.0
