"""What every part of the records raises when a rule forbids an act."""


class NotAllowed(Exception):
    """A rule does not allow this act; the text tells whoever asked why, and what to do instead."""
