# A8: plants modules and bytecode for later imports, of its own and of the libraries.
import importlib.util
import os
import sys

PLANTED = "raise SystemExit('planted')\n"


def planted(path):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(PLANTED)
    except OSError as error:
        return f"denied: {type(error).__name__}"
    return f"gave {path}"


def attempt():
    import json
    import statistics

    paths = [importlib.util.cache_from_source(module.__file__) for module in (json, statistics, os)]
    paths += [
        os.path.join(folder, "sitecustomize.py") for folder in sys.path if folder and not folder.startswith("/tmp")
    ]
    return {path: planted(path) for path in paths}
