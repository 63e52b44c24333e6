"""Known-wrong answers in the student's place: what each does in the tests that the student's code ran."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from grader.feedback.failures import Failure
from grader.judge.cases import Case
from grader.judge.standin import StandIn
from grader.judge.transcript import Agreement, Contradicted, Deed, Transcript, agreement, same_form, telling_numbers
from grader.results.run import TestResult

GENERIC: Final = "This check did not hold."
_LEAST_REPLAY_SECONDS: Final = 0.25
_REPLAY_FACTOR: Final = 10.0
_PLACE: Final = re.compile(r" in line \d+ of \S+")
_UNWRITTEN: Final = "NotImplementedError"


class Replay(Protocol):
    """Runs a test with an answer in the student's place."""

    def __call__(
        self, answer: StandIn, case: Case, seconds: float, expected: Sequence[Deed] | None = None
    ) -> tuple[Transcript, BaseException | None]:
        """Return what the answer did, and what the test raised; at most for so long, and as long as it is expected."""


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


class TimeIsUp(Exception):
    """There is no time left for comparing."""


class Replays:
    """Puts answers in the student's place, and compares; every method raises TimeIsUp when it is.

    Args:
        reference, wrong: the answers.
        replay: runs a test with one of them.
        ends_at: when the time is up, by the monotonic clock.
    """

    def __init__(self, reference: StandIn, wrong: Mapping[str, StandIn], replay: Replay, ends_at: float) -> None:
        self._reference = reference
        self._wrong = wrong
        self._replay = replay
        self._ends_at = ends_at
        self._same: dict[tuple[str, FinishedTest], bool] = {}
        self._random: dict[tuple[str, str], bool] = {}

    def fails(self, name: str, test: FinishedTest) -> bool:
        """Tell whether an answer fails a test, in whatever way."""
        return self._try(self._wrong[name], test)[1] is not None

    def does_the_same(self, name: str, test: FinishedTest) -> bool:
        """Tell whether an answer fails a test just as the student's code did: by the same values where there are any.

        Where there are none, or they are drawn at random, the test must say the same of both, and the values be of one
        form.
        """
        key = (name, test)
        if key not in self._same:
            self._same[key] = self._compare(name, test)
        return self._same[key]

    def _compare(self, name: str, test: FinishedTest) -> bool:
        theirs = test.transcript.deeds
        transcript, error = self._try(self._wrong[name], test, theirs)
        compared = agreement(theirs, transcript.deeds)
        if isinstance(error, Contradicted):
            if not self._draws_at_random(name, test, transcript):
                return False
            transcript, error = self._try(self._wrong[name], test)
            compared = Agreement.SILENT if same_form(theirs, transcript.deeds) else Agreement.CONTRADICT
        if error is None or compared is Agreement.CONTRADICT:
            return False
        return compared is Agreement.AGREE or _anywhere(_sentence(error)) == _anywhere(test.result.message)

    def numbers(self, test: FinishedTest, *, plain: bool) -> int:
        """Return in how many telling numbers the student's code did something else than the reference in a test."""
        transcript, _ = self._try(self._reference, test)
        return telling_numbers(test.transcript.deeds, transcript.deeds, plain=plain)

    def _draws_at_random(self, name: str, test: FinishedTest, transcript: Transcript) -> bool:
        """Tell whether an answer contradicts even itself; asked once for each function that it contradicts in."""
        if not self._wrong[name].may_draw:
            return False
        key = (name, transcript.deeds[-1].name)
        if key not in self._random:
            again = self._try(self._wrong[name], test, transcript.deeds)[0].deeds[: len(transcript.deeds)]
            self._random[key] = agreement(transcript.deeds, again) is Agreement.CONTRADICT
        return self._random[key]

    def _try(
        self, answer: StandIn, test: FinishedTest, expected: Sequence[Deed] | None = None
    ) -> tuple[Transcript, BaseException | None]:
        if time.monotonic() > self._ends_at:
            raise TimeIsUp
        seconds = max(_LEAST_REPLAY_SECONDS, _REPLAY_FACTOR * test.result.duration_ms / 1000)
        return self._replay(answer, test.case, seconds, expected)


def _anywhere(message: str) -> str:
    """Return a message's first line without the place in a file that it speaks of."""
    return _PLACE.sub("", message.split("\n")[0])


def _sentence(error: BaseException) -> str:
    return error.message if isinstance(error, Failure) else str(error) or GENERIC
