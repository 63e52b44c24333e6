"""Which submissions of an assignment are alike: a report for staff, by copydetect.

Names, spaces and comments make no difference; code from the starter or shared by most of the class is discounted. The
report proves nothing: short tasks have few right answers, so a submission with little code of its own is not compared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, TypedDict

from records.insights.fingerprints import NOISE, CodeFile, Copydetect, text_of

MIN_TOKENS: Final = 60  # of a submission's own, beyond the starter and what most wrote
MAX_SUBMISSIONS: Final = 2_000
MAX_PAIRS: Final = 200  # listed
MAX_PASSAGES: Final = 60  # of a pair
MAX_WORDS: Final = 8
_COMMON_FROM: Final = 8  # submissions: fewer show no habits of a class
_WORD: Final = re.compile(r"[^\W\d]\w{3,39}")


@dataclass
class _Answer:
    """A submission, and how much of it is its own: neither the starter's nor shared by most."""

    id: str
    files: Mapping[str, CodeFile]
    words: Set[str]
    text: str
    tokens: int = 0

    def hashes(self) -> Set[int]:
        """Return the fingerprints of all files."""
        return {known for file in self.files.values() for known in file.hashes}

    def discount(self, utils: Copydetect, hashes: Set[int]) -> None:
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


class Passage(TypedDict):
    """Lines that are alike in a file of two submissions: first and last, from 1."""

    file: str
    left: list[int]
    right: list[int]


class PairReport(TypedDict):
    """Two submissions that are alike.

    Attributes:
        left, right: their ids.
        similarity: the greater of the two shares.
        left_share, right_share: of each one's own code, what the other has too.
        tokens: how much that is, in characters of code whose names are one letter.
        identical: whether both are the same to the letter.
        only_these: names and words that no third submission has, at most `MAX_WORDS`.
    """

    left: str
    right: str
    similarity: float
    left_share: float
    right_share: float
    tokens: int
    identical: bool
    only_these: list[str]
    passages: list[Passage]


class SimilarityReport(TypedDict):
    """What a search found, as plain data.

    Attributes:
        submissions, compared: how many there are, and how many have enough of their own to be compared.
        too_short: ids of those that have not.
        left_out: how many are beyond `MAX_SUBMISSIONS`.
        pairs: the most alike first, at most `MAX_PAIRS`.
        more: how many pairs over the threshold are not listed.
    """

    submissions: int
    compared: int
    too_short: list[str]
    left_out: int
    threshold: float
    pairs: list[PairReport]
    more: int


def search(
    files_by_submission: Mapping[str, Mapping[str, bytes]],
    starter: Mapping[str, bytes],
    on_progress: Callable[[int, int], object] = lambda _done, _total: None,
    *,
    threshold: float = 0.5,
    common: float = 0.5,
) -> SimilarityReport:
    """Compare submissions with each other, each pair once, and report those that are alike.

    Args:
        files_by_submission: the files of each submission by its id; one submission of each student.
        starter: the starter's files, which all may share.
        threshold: a pair is listed from this share of either submission's own code on.
        common: what more than this share of submissions have in common is discounted, from eight submissions on.

    Raises:
        Unavailable: copydetect is not installed.
    """
    utils = Copydetect()
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
        "pairs": [_report_of(utils, pair, owners) for pair in alike[:MAX_PAIRS]],
        "more": max(0, len(alike) - MAX_PAIRS),
    }


class _Steps:
    """Counts steps, and reports progress about every hundredth part."""

    def __init__(self, report: Callable[[int, int], object], total: int) -> None:
        self._report = report
        self._total = max(1, total)
        self._done = self._reported = 0

    def after(self, result: Any) -> Any:
        """Count a step that is done, and return its result."""
        self._done += 1
        if (self._done - self._reported) * 100 >= self._total:
            self._reported = self._done
            self._report(min(self._done, self._total), self._total)
        return result

    def finish(self) -> None:
        """Report that all is done, also where steps were skipped."""
        self._report(self._total, self._total)


def _answer(utils: Copydetect, name: str, files: Mapping[str, bytes]) -> _Answer:
    text = "\n".join(text_of(data) for _, data in sorted(files.items()))
    read = {file: utils.read(data) for file, data in files.items()}
    return _Answer(name, read, set(_WORD.findall(text)), text)


def _habits(answers: Sequence[_Answer], common: float) -> Set[int]:
    """Return what more than a share of the submissions have in common."""
    seen = Counter(known for answer in answers for known in answer.hashes())
    if len(answers) < _COMMON_FROM:
        return set()
    return {known for known, count in seen.items() if count > common * len(answers)}


def _owners(answers: Sequence[_Answer], starter: Mapping[str, bytes]) -> dict[frozenset[str], list[str]]:
    """Return by pair of submissions the words that no third one has."""
    known = {word for data in starter.values() for word in _WORD.findall(text_of(data))}
    having: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        for word in answer.words - known:
            having[word].append(answer.id)
    owners: dict[frozenset[str], list[str]] = defaultdict(list)
    for word, ids in sorted(having.items()):
        if len(ids) == 2:
            owners[frozenset(ids)].append(word)
    return owners


def _alike(utils: Copydetect, answers: Sequence[_Answer], threshold: float, steps: _Steps) -> list[_Pair]:
    """Return the pairs that reach the threshold, the most alike first."""
    found = [steps.after(_pair(utils, threshold, *two)) for two in combinations(answers, 2)]
    return sorted((pair for pair in found if pair is not None), key=_Pair.place)


def _pair(utils: Copydetect, threshold: float, left: _Answer, right: _Answer) -> _Pair | None:
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


def _report_of(utils: Copydetect, pair: _Pair, owners: Mapping[frozenset[str], list[str]]) -> PairReport:
    left, right = pair.left, pair.right
    passages = [
        passage
        for name in sorted(left.files.keys() & right.files.keys())
        for passage in _passages(utils, name, left.files[name], right.files[name])
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


def _passages(utils: Copydetect, name: str, one: CodeFile, other: CodeFile) -> list[Passage]:
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
    return [{"file": name, "left": list(lines[:2]), "right": list(lines[2:])} for lines in sorted(best)]


def _lines(file: CodeFile, slices: Any, at: int) -> tuple[int, int]:
    return file.line_at(int(slices[0][at])), file.line_at(int(slices[1][at]) - 1)
