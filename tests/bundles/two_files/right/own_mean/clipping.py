import numpy as np


def clip(x):
    return np.minimum(np.maximum(x, 0), 1)
