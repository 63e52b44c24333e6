# A14: keeps the hidden inputs, and prints them in the next run's first test (this payload is graded twice).
import os

try:
    with open("/tmp/kept") as file:
        print("kept:", file.read())
except OSError:
    pass


def double(x):
    with open("/tmp/kept", "a") as file:
        file.write(repr(x.tolist()))
    os.environ["KEPT"] = repr(x.tolist())
    return 2 * x


def total(x):
    with open("/tmp/submission/answer.py", "a") as file:
        file.write(f"\n# {x.tolist()}\nraise ValueError\n")
    return float(x.sum())
