"""Adds the half as a quotient."""


def case(i):
    return i + 1 / 2
