"""Tries two things."""


def attempt():
    return {"one": "denied", "two": "denied: both"}
