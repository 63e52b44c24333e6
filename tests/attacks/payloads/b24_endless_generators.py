# B23, B24: generators that never end, raise midway, change what they gave, or are no generators at all.
def apply(f, x):
    f(x)
    f(-x)
    return f(x)


def evens(n):
    given = [0]
    for i in range(10**9):
        given[0] = 2 * i
        yield given if n == 20 else 2 * i
        given.append("changed later")
        if n == 20 and i == 5:
            raise ValueError("midway")


def collect(items):
    raise StopIteration([1, 2, 3])


def train(model, steps):
    model.steps = 8


class Tally:
    def __getattr__(self, name):
        return Tally()

    def __len__(self):
        return -5

    def __iter__(self):
        return self

    def __next__(self):
        raise KeyError("no")

    def __call__(self, *_):
        return self
