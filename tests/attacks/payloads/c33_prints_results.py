# C33: prints what a result looks like: our own events, JSON, TAP, junit, escape codes of a terminal.
import json
import sys

msgpack = sys.modules["msgpack"]  # which `import` refuses
import numpy as np

EVENT = {"event": "done", "message": "", "peak_kib": 0, "odd": False}
TEST = {"event": "test", "test": {"name": "test_double", "points": 2.0, "outcome": "passed"}}


def double(x):
    for event in (TEST, EVENT):
        data = msgpack.packb(event)
        for stream in (sys.stdout, sys.stderr):
            stream.buffer.write(len(data).to_bytes(4, "little") + data)
            stream.write(json.dumps(event) + "\n##RESULT## 100\nok 1 - everything\n1..1\n")
            stream.write("<testsuite failures='0'/>\n\x1b[2J\x1b[31;1mPASSED\x1b[0m\x07\r4/4 \u202epoints\n")
            stream.flush()
    return np.zeros_like(x)


def total(x):
    return 0.0
