def clip(x):
    return x.clip(0, 1)
