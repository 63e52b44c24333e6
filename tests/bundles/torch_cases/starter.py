"""Half more than the tensor."""


def case(x):
    """Return a new tensor, the tensor `x` plus one half in every entry."""
    raise NotImplementedError
