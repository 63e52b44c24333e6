"""Your `attempt` says that it gained something. Whoever gains something in a sandbox has found a hole in an isolation."""


def attempt():
    return {"one": "gave everything"}
