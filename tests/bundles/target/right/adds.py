"""Adds the array to itself."""


def double(x):
    return x + x


def total(x):
    return sum(x.tolist())
