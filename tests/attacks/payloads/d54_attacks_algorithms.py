# D47, D54: little code and little data that take what they are worked on with a long time, or much memory.
import functools
import json
import sys

import numpy as np


def collides():
    modulus = sys.hash_info.modulus
    return len({number * modulus for number in range(60_000)})


def compares():
    @functools.total_ordering
    class Each:
        def __eq__(self, other):
            return False

        def __lt__(self, other):
            return sum(range(10**6)) < 0

    return sorted(Each() for _ in range(10_000))


def multiplies():
    sys.set_int_max_str_digits(0)
    return str(3 ** (10**7))


def substitutes():
    text = "a" * 200_000
    for _ in range(2000):
        text = text.replace("a", "aa").replace("aa", "a")
    return len(text)


def pads():
    return "%*d" % (1 << 40, 1)


def repeats():
    return "x".join(["y" * 1000] * 10**7)


def nests():
    return json.loads("[" * 10**6)


def compiles():
    return eval("+".join(["1"] * 10**6))


def zips():
    return list(zip(*[[10**1000] * 10**4] * 10**4, strict=True))


def broadcasts():
    return (np.zeros((1 << 20, 1)) + np.zeros((1, 1 << 20))).sum()


def decomposes():
    return np.linalg.svd(np.random.default_rng(0).normal(size=(3000, 3000)))


ATTACKS = [collides, compares, multiplies, substitutes, pads, repeats, nests, compiles, zips, broadcasts, decomposes]


def case(i):
    if i < len(ATTACKS):
        return ATTACKS[i]()
    return i + 0.5
