# A11, C38: raises exceptions named like the grader's own, whose text the grader might repeat.
class WireError(Exception):
    pass


class Failure(AssertionError):
    message = detail = "31337.25"


def double(x):
    raise WireError(f"an array of dtype {x.tolist()}")


def total(x):
    raise Failure(f"the inputs are {x.tolist()}")
