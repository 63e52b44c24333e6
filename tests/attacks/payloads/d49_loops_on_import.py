# D49: never finishes loading, after printing and forking as much as it can.
import os

print("loading" * 100)
try:
    os.fork()
except OSError as error:
    print(error)
while True:
    pass


def double(x):
    return 2 * x


def total(x):
    return float(x.sum())
