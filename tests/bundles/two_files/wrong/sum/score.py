"""Your `score` is the sum of the clipped entries; the mean was asked for."""


def score(x):
    from clipping import clip

    return float(clip(x).sum())
