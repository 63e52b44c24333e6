# A11: raises what it was called with, as text, notes, arguments and causes of an exception.
def double(x):
    error = ValueError(f"the inputs are {x.tolist()}", *x.tolist())
    error.add_note(repr(x.tolist()))
    raise error from RuntimeError(repr(x.tolist()))


def total(x):
    raise SyntaxError(f"the inputs are {x.tolist()}", (f"{x.tolist()}.py", 3, 1, repr(x.tolist())))
