"""Problems of a bundle: one sentence each, all of them collected before anything is refused."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN_CHARACTERS = 80


class BundleError(Exception):
    """A bundle that cannot be used; `problems` holds one sentence for each thing to mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: list[str] = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for a slip of the pen, or a full stop."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.7)
    return f"; did you mean `{near[0]}`?" if near else "."


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """Return the words as they stand in a sentence: `a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"


def shown(text: str) -> str:
    """Return text of unknown origin fit to stand in a sentence: short, one line, nothing invisible."""
    plain = text if text.isascii() and text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= SHOWN_CHARACTERS else plain[:SHOWN_CHARACTERS] + "…"
