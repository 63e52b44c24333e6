"""Which submissions of an assignment are alike: a report for staff, by copydetect.

Names, spaces and comments make no difference, and what the starter says or most of the class wrote is discounted. It is
no proof of anything: short tasks have few right answers, so a submission with little of its own is not compared at all.

copydetect is an extra (`pip install 'gradeloop[similarity]'`): it brings matplotlib along, and is imported when used.
"""

import io
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

NOISE: Final = 25  # characters of filtered code, in which each name is one: shorter matches are chance
MIN_TOKENS: Final = 60  # of a submission's own, beyond the starter and what most wrote
MAX_SUBMISSIONS: Final = 2_000
MAX_FILE_BYTES: Final = 50_000  # of a file; what comes after is not looked at
MAX_PAIRS: Final = 200  # listed
MAX_PASSAGES: Final = 60  # of a pair
MAX_WORDS: Final = 8
_COMMON_FROM: Final = 8  # submissions: fewer are no class whose habits could be told
_WORD: Final = re.compile(r"[^\W\d]\w{3,39}")


class Unavailable(Exception):
    """Submissions cannot be compared here; the text is a sentence for staff."""


class _Copydetect:
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

    def read(self, data: bytes) -> "_File":
        """Return a file with its fingerprints."""
        text = _text(data).replace("\r\n", "\n").replace("\r", "\n")
        code = text.lstrip("\n")
        prints = self._fingerprint("answer.py", NOISE, 1, fp=io.StringIO(code))
        starts = [0, *(found.end() for found in re.finditer("\n", code))]
        places = {int(known): found for known, found in prints.hash_idx.items()}
        return _File(places, len(prints.filtered_code), prints.offsets, len(text) - len(code), starts)

    def coverage(self, file: "_File") -> int:
        """Return how many characters of filtered code the fingerprints of a file cover."""
        return int(self._utils.get_token_coverage(file.places, NOISE, file.length))

    def shared(self, one: "_File", other: "_File") -> tuple[Any, Any]:
        """Return the slices of filtered code of two files that the other has too: starts and ends of each."""
        places = self._utils.find_fingerprint_overlap(one.hashes, other.hashes, one.places, other.places)
        left, right = (self._utils.get_copied_slices(found, NOISE).astype(int) for found in places)
        return left, right


@dataclass
class _File:
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

    def shared_places(self, other: "_File") -> tuple[int, int]:
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


@dataclass
class _Answer:
    """A submission, and how much of it is its own: not the starter's, and not what most wrote."""

    id: str
    files: Mapping[str, _File]
    words: Set[str]
    text: str
    tokens: int = 0

    def hashes(self) -> Set[int]:
        """Return the fingerprints of all files."""
        return {known for file in self.files.values() for known in file.hashes}

    def discount(self, utils: _Copydetect, hashes: Set[int]) -> None:
        """Leave only what is this submission's own."""
        for file in self.files.values():
            file.discount(hashes)
        self.tokens = sum(map(utils.coverage, self.files.values()))


@dataclass(frozen=True)
class _Pair:
    """Two submissions, and the share of each that the other has too."""

    left: _Answer
    right: _Answer
    tokens: int
    shares: tuple[float, float]

    @property
    def similarity(self) -> float:
        """The greater of the two shares."""
        return max(self.shares)

    def place(self) -> tuple[float, int, str, str]:
        """Return what pairs are ordered by."""
        return (-self.similarity, -self.tokens, self.left.id, self.right.id)


def search(
    files_by_submission: Mapping[str, Mapping[str, bytes]],
    starter: Mapping[str, bytes],
    on_progress: Callable[[int, int], object] = lambda _done, _total: None,
    *,
    threshold: float = 0.5,
    common: float = 0.5,
) -> dict[str, Any]:
    """Compare submissions with each other, each pair once, and report those that are alike.

    Args:
        files_by_submission: the files of each submission by its id; one submission of each student.
        starter: the starter's files, which all may share.
        on_progress: told how many steps are done, of how many.
        threshold: from which share of either submission's own code a pair is listed.
        common: what more than this share of the submissions have in common is discounted, from eight submissions on.

    Returns:
        Plain data::

            {
              "submissions": 31, "compared": 28,
              "too_short": [submission ids with little of their own],
              "left_out": 0,                     # beyond the most that are compared
              "threshold": 0.5,
              "pairs": [                         # the most alike first, at most 200
                {
                  "left": submission id, "right": submission id,
                  "similarity": 0.93,            # the greater of the two shares
                  "left_share": 0.93, "right_share": 0.71,   # of the own code of each that the other has too
                  "tokens": 180,                 # how much that is, in characters of code whose names are one letter
                  "identical": false,            # whether both are the same to the letter
                  "only_these": ["momentun"],    # names and words that no third submission has, at most 8
                  "passages": [                  # lines from 1, both ends included
                    {"file": "answer.py", "left": [3, 9], "right": [4, 10]}
                  ]
                }
              ],
              "more": 0                          # pairs over the threshold that are not listed
            }

    Raises:
        Unavailable: copydetect is not installed.
    """
    utils = _Copydetect()
    chosen = list(files_by_submission.items())[:MAX_SUBMISSIONS]
    steps = _Steps(on_progress, len(chosen) + len(chosen) * (len(chosen) - 1) // 2)
    answers = [steps.after(_answer(utils, name, files)) for name, files in chosen]
    discounted = _habits(answers, common) | {known for data in starter.values() for known in utils.read(data).hashes}
    for answer in answers:
        answer.discount(utils, discounted)
    long_enough = [answer for answer in answers if answer.tokens >= MIN_TOKENS]
    alike = _alike(utils, long_enough, threshold, steps)
    owners = _owners(answers, starter)
    steps.finish()
    return {
        "submissions": len(files_by_submission),
        "compared": len(long_enough),
        "too_short": [answer.id for answer in answers if answer.tokens < MIN_TOKENS],
        "left_out": len(files_by_submission) - len(chosen),
        "threshold": threshold,
        "pairs": [_told(utils, pair, owners) for pair in alike[:MAX_PAIRS]],
        "more": max(0, len(alike) - MAX_PAIRS),
    }


class _Steps:
    """Counts steps, and tells of about every hundredth part."""

    def __init__(self, tell: Callable[[int, int], object], total: int) -> None:
        self._tell = tell
        self._total = max(1, total)
        self._done = self._told = 0

    def after(self, result: Any) -> Any:
        """Count a step that is done, and return its result."""
        self._done += 1
        if (self._done - self._told) * 100 >= self._total:
            self._told = self._done
            self._tell(min(self._done, self._total), self._total)
        return result

    def finish(self) -> None:
        """Tell that all is done, also where steps were skipped."""
        self._tell(self._total, self._total)


def _text(data: bytes) -> str:
    return data[:MAX_FILE_BYTES].decode("utf-8", "replace")


def _answer(utils: _Copydetect, name: str, files: Mapping[str, bytes]) -> _Answer:
    text = "\n".join(_text(data) for _, data in sorted(files.items()))
    read = {file: utils.read(data) for file, data in files.items()}
    return _Answer(name, read, set(_WORD.findall(text)), text)


def _habits(answers: Sequence[_Answer], common: float) -> Set[int]:
    """Return what more than a share of the submissions have in common."""
    seen = Counter(known for answer in answers for known in answer.hashes())
    if len(answers) < _COMMON_FROM:
        return set()
    return {known for known, count in seen.items() if count > common * len(answers)}


def _owners(answers: Sequence[_Answer], starter: Mapping[str, bytes]) -> dict[frozenset[str], list[str]]:
    """Return by each two submissions the words that they have and no third."""
    known = {word for data in starter.values() for word in _WORD.findall(_text(data))}
    having: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        for word in answer.words - known:
            having[word].append(answer.id)
    owners: dict[frozenset[str], list[str]] = defaultdict(list)
    for word, ids in sorted(having.items()):
        if len(ids) == 2:
            owners[frozenset(ids)].append(word)
    return owners


def _alike(utils: _Copydetect, answers: Sequence[_Answer], threshold: float, steps: _Steps) -> list[_Pair]:
    """Return the pairs that reach the threshold, the most alike first."""
    found = [steps.after(_pair(utils, threshold, *two)) for two in combinations(answers, 2)]
    return sorted((pair for pair in found if pair is not None), key=_Pair.place)


def _pair(utils: _Copydetect, threshold: float, left: _Answer, right: _Answer) -> _Pair | None:
    together = [(left.files[name], right.files[name]) for name in left.files.keys() & right.files.keys()]
    reach = [sum(places) * NOISE for places in zip(*(one.shared_places(other) for one, other in together), strict=True)]
    if not reach or max(reach[0] / left.tokens, reach[1] / right.tokens) < threshold:
        return None  # most pairs have so little in common that it need not be measured
    sums = [0, 0]
    for one, other in together:
        if not one.hashes.isdisjoint(other.hashes):
            for side, slices in enumerate(utils.shared(one, other)):
                sums[side] += int((slices[1] - slices[0]).sum())
    shares = min(1.0, sums[0] / left.tokens), min(1.0, sums[1] / right.tokens)
    return _Pair(left, right, max(sums), shares) if max(shares) >= threshold else None


def _told(utils: _Copydetect, pair: _Pair, owners: Mapping[frozenset[str], list[str]]) -> dict[str, Any]:
    left, right = pair.left, pair.right
    passages = [
        {"file": name, **passage}
        for name in sorted(left.files.keys() & right.files.keys())
        for passage in _passages(utils, left.files[name], right.files[name])
    ]
    return {
        "left": left.id,
        "right": right.id,
        "similarity": round(pair.similarity, 3),
        "left_share": round(pair.shares[0], 3),
        "right_share": round(pair.shares[1], 3),
        "tokens": pair.tokens,
        "identical": left.text == right.text,
        "only_these": owners.get(frozenset((left.id, right.id)), [])[:MAX_WORDS],
        "passages": passages[:MAX_PASSAGES],
    }


def _passages(utils: _Copydetect, one: _File, other: _File) -> list[dict[str, list[int]]]:
    """Return the lines of two files that are alike: each passage of the left with what fits it best on the right."""
    if one.hashes.isdisjoint(other.hashes):
        return []
    left, right = utils.shared(one, other)
    fits: dict[int, Counter[int]] = defaultdict(Counter)
    for known in one.hashes & other.hashes:
        at, beside = (
            int(slices[0].searchsorted(file.places[known][0], "right")) - 1
            for file, slices in ((one, left), (other, right))
        )
        fits[at][beside] += 1
    best = {
        (*_lines(one, left, at), *_lines(other, right, max(found, key=found.__getitem__))) for at, found in fits.items()
    }
    return [{"left": list(lines[:2]), "right": list(lines[2:])} for lines in sorted(best)]


def _lines(file: _File, slices: Any, at: int) -> tuple[int, int]:
    return file.line_at(int(slices[0][at])), file.line_at(int(slices[1][at]) - 1)
