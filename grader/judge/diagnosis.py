"""Which known-wrong answer explains a run's failures: each is put in the student's place, and compared."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from grader.feedback.failures import Failure
from grader.judge.cases import Case
from grader.judge.standin import StandIn
from grader.judge.suite import Suite
from grader.judge.transcript import Agreement, Contradicted, Deed, Transcript, agreement
from grader.results.run import TestResult

GENERIC: Final = "This check did not hold."
_LEAST_REPLAY_SECONDS: Final = 0.25
_REPLAY_FACTOR: Final = 10.0
_PLACE: Final = re.compile(r" in line \d+ of \S+")
_UNWRITTEN: Final = "NotImplementedError"


Replay = Callable[[StandIn, Case, float, Sequence[Deed] | None], tuple[Transcript, BaseException | None]]
"""Runs a test with an answer in the student's place, for at most so many seconds, and as long as it does what is
expected; returns what the answer did, and what the test raised."""


@dataclass(frozen=True, eq=False)
class FinishedTest:
    """One test as it went."""

    case: Case
    result: TestResult
    transcript: Transcript

    @property
    def unwritten(self) -> bool:
        """Whether the student has not written this yet, so that there is no misconception to look for."""
        return any(deed.failure.endswith(_UNWRITTEN) for deed in self.transcript.deeds)


def explain(
    suite: Suite, tests: Sequence[FinishedTest], replay: Replay, seconds: float, *, whole: bool = True
) -> Iterator[tuple[FinishedTest, str]]:
    """Yield failing tests with the name of the known-wrong answer that explains them, where one does.

    When the time is up it ends: nothing is said rather than something that was not compared to the end. Where the
    tests are not the whole suite, only values count, and only where they single one answer out: the tests that would
    tell two mistakes apart may be among those that did not run.
    """
    failing = [test for test in tests if test.result.outcome == "failed" and not test.unwritten]
    matcher = _Matcher(suite.wrong, tests, replay, ends_at=time.monotonic() + seconds, by_pattern=whole)
    with suppress(_TimeIsUp):
        yield from best_explanations(failing, list(suite.wrong), matcher.matches, matcher.fit, only_clear=not whole)


class _TimeIsUp(Exception):
    """There is no time left for comparing."""


@dataclass(frozen=True)
class _Comparison:
    """How an answer compares with the student's in one test, and whether it fails there with the same sentence."""

    agreement: Agreement
    failed: bool = True
    same_message: bool = False


@dataclass
class _Matcher:
    """Puts known-wrong answers in the student's place, and compares; raises _TimeIsUp when it is."""

    wrong: Mapping[str, StandIn]
    tests: Sequence[FinishedTest]
    replay: Replay
    ends_at: float
    by_pattern: bool
    _known: dict[tuple[str, FinishedTest], _Comparison] = field(default_factory=dict)
    _random: dict[tuple[str, str], bool] = field(default_factory=dict)

    def matches(self, name: str, test: FinishedTest) -> bool:
        """Tell whether an answer fails a test just as the student's did."""
        compared = self._compare(name, test)
        if compared.agreement is Agreement.SILENT:
            return self.by_pattern and compared.failed and compared.same_message and self._same_pattern(name)
        return compared.agreement is Agreement.AGREE and compared.failed

    def fit(self, name: str) -> float:
        """Return in how many tests of the suite an answer ends as the student's did, less those where it does not."""
        score = 0
        for test in self.tests:
            compared = self._compare(name, test)
            same = compared.failed == (test.result.outcome != "passed")
            score += 1 if same and compared.agreement is not Agreement.CONTRADICT else -1
        return score

    def _same_pattern(self, name: str) -> bool:
        """Tell whether an answer fails no test that the student passed."""
        passed = (test for test in self.tests if test.result.outcome == "passed")
        return all(self._try(name, test)[1] is None for test in passed)

    def _compare(self, name: str, test: FinishedTest) -> _Comparison:
        if (name, test) not in self._known:
            self._known[name, test] = self._replay_and_compare(name, test)
        return self._known[name, test]

    def _replay_and_compare(self, name: str, test: FinishedTest) -> _Comparison:
        theirs = test.transcript.deeds
        transcript, error = self._try(name, test, theirs)
        compared = agreement(theirs, transcript.deeds)
        if isinstance(error, Contradicted):
            if not self._draws_at_random(name, test, transcript):
                return _Comparison(Agreement.CONTRADICT)
            _, error = self._try(name, test)
            compared = Agreement.SILENT  # its values say nothing, so what the test says must do
        same_message = _anywhere(_sentence(error)) == _anywhere(test.result.message)
        return _Comparison(compared, error is not None, same_message)

    def _draws_at_random(self, name: str, test: FinishedTest, transcript: Transcript) -> bool:
        """Tell whether an answer contradicts even itself; asked once for each function that it contradicts in."""
        key = (name, transcript.deeds[-1].name)
        if key not in self._random:
            again = self._try(name, test, transcript.deeds)[0].deeds[: len(transcript.deeds)]
            self._random[key] = agreement(transcript.deeds, again) is Agreement.CONTRADICT
        return self._random[key]

    def _try(
        self, name: str, test: FinishedTest, expected: Sequence[Deed] | None = None
    ) -> tuple[Transcript, BaseException | None]:
        if time.monotonic() > self.ends_at:
            raise _TimeIsUp
        seconds = max(_LEAST_REPLAY_SECONDS, _REPLAY_FACTOR * test.result.duration_ms / 1000)
        return self.replay(self.wrong[name], test.case, seconds, expected)


def _anywhere(message: str) -> str:
    """Return a message's first line without the place in a file that it speaks of."""
    return _PLACE.sub("", message.split("\n")[0])


def _sentence(error: BaseException | None) -> str:
    if error is None:
        return ""
    return error.message if isinstance(error, Failure) else str(error) or GENERIC


Test = TypeVar("Test")


def best_explanations(
    failing: Sequence[Test],
    names: Sequence[str],
    matches: Callable[[str, Test], bool],
    fit: Callable[[str], float],
    *,
    only_clear: bool = False,
) -> Iterator[tuple[Test, str]]:
    """Yield failing tests with the known-wrong answer that explains them, where one does.

    One misconception mostly fails several tests, so the answer that explains the first failing test explains every
    other that it matches; of several candidates the one that fits the whole suite best is taken.

    Args:
        failing: the failing tests, in their order.
        names: the known-wrong answers.
        matches: whether an answer behaves in a failing test as the student's did.
        fit: how well its behaviour over all tests that ran fits the student's; asked only to choose.
        only_clear: say nothing of a test for which several answers fit equally well.
    """
    unexplained = list(failing)
    while unexplained:
        test, *unexplained = unexplained
        candidates = [name for name in names if matches(name, test)]
        if not candidates:
            continue
        best, *others = sorted(candidates, key=fit, reverse=True) if len(candidates) > 1 else candidates
        if only_clear and others and fit(others[0]) == fit(best):
            continue
        yield test, best
        alike = [other for other in unexplained if matches(best, other)]
        yield from ((other, best) for other in alike)
        unexplained = [other for other in unexplained if other not in alike]
