"""Your `clip` returns the array as it came, so entries outside of [0, 1] weigh as much as they like."""

from clipping import clip


def score(x):
    return float(clip(x).mean())
