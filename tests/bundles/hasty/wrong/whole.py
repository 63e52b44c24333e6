"""Your `case` adds a whole one. One half was asked for, and a half is less than a whole."""


def case(i):
    return i + 1.0
