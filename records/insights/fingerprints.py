"""Fingerprints of student code, by copydetect, which is an extra and is imported when used."""

import io
import re
from bisect import bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

NOISE: Final = 25  # characters of filtered code, in which each name is one: shorter matches are chance
MAX_FILE_BYTES: Final = 50_000  # of a file; what comes after is not looked at


class Unavailable(Exception):
    """Submissions cannot be compared here; the text is a sentence for staff."""


class Copydetect:
    """What is used of copydetect."""

    def __init__(self) -> None:
        try:
            import copydetect.utils
        except ImportError as error:
            raise Unavailable(
                "Submissions cannot be compared here: the package copydetect is missing. Whoever runs the service "
                "installs it for the workers with `pip install 'gradeloop[similarity]'`."
            ) from error
        self._utils = copydetect.utils
        self._fingerprint = copydetect.CodeFingerprint

    def read(self, data: bytes) -> "CodeFile":
        """Return a file with its fingerprints."""
        text = text_of(data).replace("\r\n", "\n").replace("\r", "\n")
        code = text.lstrip("\n")
        prints = self._fingerprint("answer.py", NOISE, 1, fp=io.StringIO(code))
        starts = [0, *(found.end() for found in re.finditer("\n", code))]
        places = {int(known): found for known, found in prints.hash_idx.items()}
        return CodeFile(places, len(prints.filtered_code), prints.offsets, len(text) - len(code), starts)

    def coverage(self, file: "CodeFile") -> int:
        """Return how many characters of filtered code the fingerprints of a file cover."""
        return int(self._utils.get_token_coverage(file.places, NOISE, file.length))

    def shared(self, one: "CodeFile", other: "CodeFile") -> tuple[Any, Any]:
        """Return the slices of filtered code of two files that the other has too: starts and ends of each."""
        places = self._utils.find_fingerprint_overlap(one.hashes, other.hashes, one.places, other.places)
        left, right = (self._utils.get_copied_slices(found, NOISE).astype(int) for found in places)
        return left, right


@dataclass
class CodeFile:
    """A file with its fingerprints.

    Attributes:
        places: where in the filtered code each fingerprint stands.
        length: of the filtered code.
        offsets: where in it how much of the code had been left out.
        skipped_lines: empty ones at the top, which the tokenizer drops.
        starts: at which character of the code each line begins.
        hashes: the fingerprints themselves.
    """

    places: dict[int, list[int]]
    length: int
    offsets: Any
    skipped_lines: int
    starts: Sequence[int]

    def __post_init__(self) -> None:
        self.hashes = set(self.places)

    def discount(self, hashes: Set[int]) -> None:
        """Leave out fingerprints."""
        for known in self.hashes & hashes:
            self.hashes.discard(known)
            del self.places[known]

    def shared_places(self, other: "CodeFile") -> tuple[int, int]:
        """Return how many places of this file, and of another, have fingerprints of both."""
        both = self.hashes & other.hashes
        return sum(len(self.places[known]) for known in both), sum(len(other.places[known]) for known in both)

    def line_at(self, place: int) -> int:
        """Return the line, from 1, of a character of the filtered code."""
        return self.skipped_lines + bisect_right(self.starts, place + self._left_out(place))

    def _left_out(self, place: int) -> int:
        if not len(self.offsets):
            return 0
        at = min(int(self.offsets[:, 0].searchsorted(place)), len(self.offsets) - 1)
        return int(self.offsets[: at + 1, 1].max())  # at the name of a class copydetect's own is too small


def text_of(data: bytes) -> str:
    """Return a file as text, as much of it as is compared."""
    return data[:MAX_FILE_BYTES].decode("utf-8", "replace")
