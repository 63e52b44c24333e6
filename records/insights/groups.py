"""Failing answers of a class grouped by what they do."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

from records.insights.figures import Answer, Finding

_KEY_LETTERS: Final = 16
_NUMBER: Final = re.compile(r"\d[\d.,]*(?:e[+-]?\d+)?")
_UNWRITTEN: Final = "NotImplementedError"

GroupKind = Literal["message", "diagnosis", "values", "tests"]


@dataclass(frozen=True)
class Group:
    """Answers that fail in the same way.

    Attributes:
        key: identifies the way of failing.
        kind: what they share: "message", why nothing could be called; "diagnosis"; "values", the same failing tests
            with the same values on the same seed; "tests", the same failing tests with the same words.
        sentence: what is wrong, in the words that students read.
        wrong: the known-wrong answer, where that is what they share.
        failed: the tests that fail for all of them, in one answer's words.
        answers: the ones with fewest failing tests first.
        lost: the mean of the points lost.
    """

    key: str
    kind: GroupKind
    sentence: str
    wrong: str | None
    failed: tuple[Finding, ...]
    answers: tuple[Answer, ...]
    lost: float

    @property
    def is_mistake(self) -> bool:
        """Whether there is something to explain: not only code that is unwritten or unreadable."""
        return self.kind != "message" and _UNWRITTEN not in self.sentence


def groups_of(answers: Iterable[Answer]) -> list[Group]:
    """Return failing answers in groups, the largest first; each answer is in one."""
    rough: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.failed:
            rough[_way_of_failing(answer)].append(answer)
    found = []
    for way, alike in rough.items():
        found += [_group(way, alike)] if way[0] != "tests" else _by_values(way, alike)
    return sorted(found, key=lambda group: (-len(group.answers), -group.lost, group.key))


def _way_of_failing(answer: Answer) -> tuple[str, ...]:
    if answer.message:
        return ("message", _without_numbers(answer.message))
    if answer.mistake is not None:
        return ("diagnosis", answer.mistake)
    return ("tests", *(finding.name for finding in answer.failed), _without_numbers(answer.failed[0].message))


def _without_numbers(message: str) -> str:
    return _NUMBER.sub("#", message.split("\n")[0])


def _by_values(way: tuple[str, ...], answers: Sequence[Answer]) -> list[Group]:
    same: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        prints = [finding.fingerprint for finding in answer.failed]
        values = (str(answer.seed), *prints) if all(prints) else ()
        same[values].append(answer)
    others = [answer for values, alike in same.items() if not values or len(alike) == 1 for answer in alike]
    groups = [
        _group(("values", *way[1:], *values), alike) for values, alike in same.items() if values and len(alike) > 1
    ]
    return [*groups, _group(way, others)] if others else groups


def _group(way: tuple[str, ...], answers: Sequence[Answer]) -> Group:
    ordered = sorted(answers, key=lambda answer: (len(answer.failed), answer.submission_id))
    shared = set.intersection(*({finding.name for finding in answer.failed} for answer in ordered))
    kind: GroupKind = way[0]  # type: ignore[assignment]
    return Group(
        key=hashlib.sha256("\0".join(way).encode()).hexdigest()[:_KEY_LETTERS],
        kind=kind,
        sentence=_sentence(kind, ordered[0]),
        wrong=way[1] if kind == "diagnosis" else None,
        failed=tuple(finding for finding in ordered[0].failed if finding.name in shared),
        answers=tuple(ordered),
        lost=round(fmean(sum(one.max_points - one.points for one in answer.failed) for answer in ordered), 2),
    )


def _sentence(kind: GroupKind, answer: Answer) -> str:
    if kind == "message":
        return answer.message
    if kind == "diagnosis":
        return next(one.diagnosis or "" for one in answer.failed if one.wrong == answer.mistake)
    return answer.failed[0].message.split("\n")[0]
