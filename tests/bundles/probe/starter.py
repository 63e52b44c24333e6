"""Try to get at what is not yours."""


def attempt():
    """Return a dictionary from the name of each attempt to what it gave."""
    return {}
