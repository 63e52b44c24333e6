# D48: prints without end: by print, by raw writes, from threads, without a line break, and input that never comes.
import os
import sys
import threading


def prints():
    while True:
        print("x" * 1000)


def writes():
    while True:
        os.write(1, b"\xff\x00" * 30_000)


def warns():
    def flood():
        while True:
            sys.stderr.write("y" * 100_000)

    for _ in range(4):
        threading.Thread(target=flood, daemon=True).start()
    flood()


def asks():
    return input("A number, please: ")


def closes_everything():
    for number in (0, 1, 2):
        os.close(number)
    sys.stdout = sys.stderr = None


def replaces_streams():
    class Trap:
        def write(self, text):
            raise SystemExit

        def flush(self):
            while True:
                raise KeyboardInterrupt

    sys.stdout = sys.stderr = sys.__stdout__ = Trap()


FLOODS = [prints, writes, warns, asks, closes_everything, replaces_streams]


def case(i):
    if i == 100:
        print("x" * 100_000)
    if i < len(FLOODS):
        FLOODS[i]()
        return None
    return i + 0.5
