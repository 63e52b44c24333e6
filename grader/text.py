"""Text of unknown origin, made fit to be shown."""

_KEPT = "\n\t\xa0"


def plain(text: str) -> str:
    """Return text that a terminal prints and does not obey, and whose letters stand in their order."""
    return "".join(letter if letter.isprintable() or letter in _KEPT else "\ufffd" for letter in text)
