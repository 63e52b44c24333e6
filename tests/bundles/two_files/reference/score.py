"""The mean of what is left after clipping."""


def score(x):
    """Return the mean of the clipped entries."""
    from clipping import clip

    return float(clip(x).mean())
