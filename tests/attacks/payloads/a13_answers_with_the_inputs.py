# A13: answers wrongly on purpose, with the inputs as text, keys, names and fields, for a message to repeat.
def double(x):
    return {f"the input was {value}": value for value in x.tolist()}


def total(x):
    return f"the input was {x.tolist()}"
