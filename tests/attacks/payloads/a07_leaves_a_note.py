# A7: leaves a note wherever it can, and looks for the note of an earlier run (this payload is graded twice).
import builtins
import os
import sys

import numpy as np

PLACES = ["/tmp", "/dev/shm", "/var/tmp", "/run", "/run/gradeloop", "/", os.path.dirname(np.__file__), os.getcwd(), "."]
PLACES += [os.path.join(os.path.dirname(np.__file__), "__pycache__"), os.path.expanduser("~"), "/tmp/submission"]
first = not hasattr(builtins, "gradeloop_note")
earlier = [place for place in PLACES if os.path.exists(os.path.join(place, "gradeloop_note"))]
builtins.gradeloop_note = np.gradeloop_note = sys.gradeloop_note = "here"
left = []
for place in PLACES:
    try:
        with open(os.path.join(place, "gradeloop_note"), "w") as note:
            note.write("the answers")
        left.append(place)
    except OSError:
        pass


def attempt():
    beyond = [place for place in left if not os.path.realpath(place).startswith("/tmp")]
    return {
        "a note on the disk": f"gave {earlier}" if earlier else "denied: none",
        "a note in memory": "denied: none" if first else "gave the builtins of an earlier run",
        "places beyond its own scratch": f"gave {beyond}" if beyond else "denied: none",
    }
