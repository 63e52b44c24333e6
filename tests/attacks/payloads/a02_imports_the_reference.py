# A2: asks for the suite, the reference and the judge's own loaded state by import.
import importlib
import sys


def tried(name):
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        return f"denied: {type(error).__name__}"
    return f"gave {module!r}"


def judged():
    """The grading code is no secret; a loaded suite would be."""
    import gc

    gc.unfreeze()
    held = [type(thing).__name__ for thing in gc.get_objects() if type(thing).__name__ in ("Suite", "Bundle", "Order")]
    return f"gave {held}" if held else "denied: none loaded"


def attempt():
    names = ["reference", "test_hidden", "test_public", "support", "as_module.reference", "worker", "worker.benches.bench"]
    found = {name: tried(name) for name in names}
    return found | {"loaded suites": judged(), "in sys.modules": loaded()}


def loaded():
    names = [name for name in sys.modules if "hidden" in name or "reference" in name]
    return f"gave {names}" if names else "denied: not loaded"
