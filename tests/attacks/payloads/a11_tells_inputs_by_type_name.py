# A11: names an exception, and the class of what it returns, after the inputs.
def name_of(x):
    return "x" + "_".join(str(int(value)) for value in x.tolist())


def double(x):
    raise type(name_of(x), (Exception,), {"__module__": name_of(x), "__qualname__": name_of(x)})(name_of(x))


def total(x):
    return type(name_of(x), (), {"__module__": "numpy", "__qualname__": name_of(x)})()
