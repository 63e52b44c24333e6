"""Which known-wrong answers explain a run's failures: each is put in the student's place, and compared.

A known-wrong answer is named only if it explains the whole pattern, the tests that the student's code fails and those
that it passes. Where two explain it equally well, nothing is said. The rules, the first that applies:

1. It fails just the tests that the student's code fails, and does the same in each.
2. It fails just these tests, and does the same in most of them, with numbers that show it.
3. Two mistakes: both together fail just these tests, and where one alone fails, the code does what that one does.
4. It does the same wherever it fails, with numbers that show it, and the code fails other tests besides.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Generic, TypeVar

from grader.judge.replays import FinishedTest, Replay, Replays, TimeIsUp
from grader.judge.suite import Suite

Test = TypeVar("Test")

# Numbers that two answers share and the reference does not. Where a pattern is explained in full, by two mistakes, one
# is no coincidence; where it is not, three are none.
_TELLING_OF_TWO: Final = 1
_TELLING: Final = 3
_TELLING_OF_EXAMPLES: Final = 2  # plain numbers too, as examples have them
_AT_ONCE: Final = 3


def explain(
    suite: Suite,
    tests: Sequence[FinishedTest],
    replay: Replay,
    seconds: float,
    *,
    whole: bool = True,
    leave_out: str = "",
) -> Iterator[tuple[FinishedTest, str]]:
    """Yield failing tests with the name of the known-wrong answer that explains them, where one does.

    When the time is up it ends: nothing is said rather than something that was not compared to the end.

    Args:
        suite: with its known-wrong answers.
        tests: as the student's code did.
        replay: runs one of them with another answer.
        seconds: for all of it.
        whole: whether the tests are the whole suite; else only numbers count, for the tests that would tell two
            mistakes apart may be among those that did not run.
        leave_out: a known-wrong answer that is not looked at.
    """
    failing = [test for test in tests if test.result.outcome == "failed" and not test.unwritten]
    names = [name for name in suite.wrong if name != leave_out] if failing else []
    replays = Replays(suite.reference, suite.wrong, replay, time.monotonic() + seconds)
    with suppress(TimeIsUp):
        candidates = _candidates(names, tests, failing, replays)
        numbers = {test: replays.numbers(test, plain=not whole) for test in failing} if candidates else {}
        evidence = Evidence(frozenset(failing), candidates, numbers, suite.bundle.manifest.also_true_of)
        named = evidence.explained() if whole else evidence.explained_by_numbers()
        yield from ((test, named[test]) for test in failing if test in named)


@dataclass(frozen=True)
class Candidate(Generic[Test]):
    """A known-wrong answer that passes whatever the student's code passes.

    Attributes:
        name: its name.
        same: the failing tests in which it does just what the student's code did.
        otherwise: the failing tests that it fails too, but in another way.
    """

    name: str
    same: frozenset[Test]
    otherwise: frozenset[Test]

    @property
    def fails(self) -> frozenset[Test]:
        """All the tests that it fails."""
        return self.same | self.otherwise


def _candidates(
    names: Sequence[str], tests: Sequence[FinishedTest], failing: Sequence[FinishedTest], replays: Replays
) -> list[Candidate[FinishedTest]]:
    """Return what may explain the failing tests.

    Each answer is tried on a few quick tests first. What none of them explains is then tried on: a second mistake.
    """
    found: dict[str, Candidate[FinishedTest] | None] = {}
    left = sorted(failing, key=lambda test: test.result.duration_ms)
    while left:
        first = left[:_AT_ONCE]
        for name in names:
            if name not in found and any(replays.does_the_same(name, test) for test in first):
                found[name] = _candidate(name, tests, failing, replays)
        explained = frozenset[FinishedTest]().union(*(one.same for one in found.values() if one))
        left = [test for test in left if test not in explained and test not in first]
    return [one for name in names if (one := found.get(name))]


def _candidate(
    name: str, tests: Sequence[FinishedTest], failing: Sequence[FinishedTest], replays: Replays
) -> Candidate[FinishedTest] | None:
    same = frozenset(test for test in failing if replays.does_the_same(name, test))
    if not same or any(replays.fails(name, test) for test in tests if test.result.outcome == "passed"):
        return None
    otherwise = frozenset(test for test in failing if test not in same and replays.fails(name, test))
    return Candidate(name, same, otherwise)


@dataclass(frozen=True)
class Evidence(Generic[Test]):
    """What is known of a run, to choose by.

    Attributes:
        failing: the tests to be explained.
        candidates: what may explain them.
        numbers: in how many telling numbers each test differs from the reference.
        also_true_of: returns, for a candidate, the names of those whose texts are true of it as well.
    """

    failing: frozenset[Test]
    candidates: Sequence[Candidate[Test]]
    numbers: Mapping[Test, int]
    also_true_of: Callable[[str], Collection[str]] = lambda _: ()

    def explained(self) -> dict[Test, str]:
        """Return the tests that are explained, with the name of what explains them."""
        fits = [one for one in self.candidates if one.fails == self.failing]
        whole = [one for one in fits if not one.otherwise]
        mostly = [one for one in fits if 2 * len(one.same) > len(self.failing) and self._tells(one.same)]
        pairs = [pair for pair in combinations(self.candidates, 2) if self._are_two_mistakes(*pair)]
        for choices in (self._true_of_all(whole), self._true_of_all(mostly), pairs, self._parts()):
            if choices:
                return _named(choices[0]) if len(choices) == 1 else {}
        return {}

    def explained_by_numbers(self) -> dict[Test, str]:
        """Return the same where the tests are not the whole suite."""
        whole = [
            one for one in self.candidates if one.same == self.failing and self._tells(one.same, _TELLING_OF_EXAMPLES)
        ]
        return _named(whole) if len(whole) == 1 else {}

    def _true_of_all(self, equals: Sequence[Candidate[Test]]) -> list[list[Candidate[Test]]]:
        """Return what may be named where several explain a run equally well: one whose text is true of all, if any."""
        for one in equals:
            if all(one is other or one.name in self.also_true_of(other.name) for other in equals):
                return [[one]]
        return [[one] for one in equals]

    def _are_two_mistakes(self, one: Candidate[Test], other: Candidate[Test]) -> bool:
        alone, other_alone = one.fails - other.fails, other.fails - one.fails
        return (
            one.fails | other.fails == self.failing
            and alone <= one.same
            and other_alone <= other.same
            and self._tells(alone, _TELLING_OF_TWO)
            and self._tells(other_alone, _TELLING_OF_TWO)
        )

    def _parts(self) -> list[list[Candidate[Test]]]:
        """Return what explains all that it fails, but for what another one explains with more besides."""
        parts = [one for one in self.candidates if not one.otherwise and len(one.same) > 1 and self._tells(one.same)]
        return [[one] for one in parts if not any(one.same < other.same for other in parts)]

    def _tells(self, tests: Collection[Test], least: int = _TELLING) -> bool:
        return sum(self.numbers[test] for test in tests) >= least


def _named(chosen: Sequence[Candidate[Test]]) -> dict[Test, str]:
    return {test: one.name for one in reversed(chosen) for test in one.same}
