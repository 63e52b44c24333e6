# D44: answers every call with the largest values that cross, for the judge to keep, compare, describe and explain.
import numpy as np

LARGE = np.full((2_000_000, 1), 2.0)
MANY = {f"{number}": [[], (), set()] for number in range(9_000)}


def case(i):
    return [LARGE, MANY, LARGE.T, {"x" * 1_900_000: LARGE}, ["y" * 1_000_000, MANY], [[0.5] * 90_000] * 2][i % 6]
