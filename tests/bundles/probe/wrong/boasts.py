"""Your `attempt` says that it gained something. Whoever gains something in a cell has found a hole in a wall."""


def attempt():
    return {"one": "gave everything"}
