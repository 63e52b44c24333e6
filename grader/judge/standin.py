"""A trusted answer in the student's place: the reference, or a known-wrong one, called the very same way.

It lives in the judge, yet behind the same boundary: arguments and results are copied by value over a line that is a
function call, so a test cannot tell it from a student but by what it answers.
"""

import math
import re
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from grader.bundle.bundle import Bundle
from grader.feedback import failures
from grader.feedback.failures import Failure
from grader.judge.student import Guard, Loaded, StudentPeer, load
from grader.judge.transcript import Deed, Transcript
from grader.sandbox.modules import OwnModules
from grader.sandbox.runtime import Runtime
from grader.wire.link import LocalLink, PeerTimeout, Responder

_CHANCE: Final = re.compile(r"rand|shuffle|perm|choice|sample|seed|time|uuid")


class _OutOfTime(BaseException):
    """Raised by the alarm into an answer that does not end."""


class _TimedLink(LocalLink):
    """A line within the process whose calls an alarm breaks off; only for the main thread."""

    def __init__(self) -> None:
        super().__init__()
        self.ends_at = math.inf
        self._rang = False

    def exchange(self, request: bytes, answer: Responder) -> bytes:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise PeerTimeout
        if math.isinf(left):
            return super().exchange(request, answer)
        self._rang = False
        before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, left)
        try:
            reply = super().exchange(request, answer)
        except _OutOfTime:
            raise PeerTimeout from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        if self._rang:  # the answer's own code may have caught it
            raise PeerTimeout
        return reply

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self._rang = True
        raise _OutOfTime


class StandIn(Guard):
    """An answer of a bundle's own, loaded into the judge from a folder that is its own.

    Raises:
        Failure: the answer cannot be loaded.
    """

    def __init__(self, home: Path, bundle: Bundle, files: Mapping[str, bytes]) -> None:
        super().__init__(files)
        self._link, back = _TimedLink(), LocalLink()
        own = OwnModules(home, ["support", *(name.removesuffix(".py") for name in files)])
        self._runtime = Runtime(back, home, lambda _: None, own.present)
        outside = StudentPeer(self._link, self)
        self._link.other, back.other = self._runtime.peer.answer, outside.answer
        self._loaded = load(outside, (dict(files), bundle.module, bundle.support, 0, 0))

    @property
    def may_draw(self) -> bool:
        """Whether its source speaks of chance; what does not is not replayed to find out."""
        return any(_CHANCE.search(line) for lines in self._source.values() for line in lines)

    def load(self) -> Loaded:
        """Return the loaded answer."""
        return self._loaded

    def begin_test(self, seed: int, seconds: float, expected: Sequence[Deed] | None = None) -> Transcript:
        """Start a test with fresh random generators and a limit for all of its calls; return its transcript.

        Where `expected` is given, the test is broken off by `Contradicted` as soon as the answer does something else.
        """
        self._runtime.reseed(seed)
        self._link.ends_at = time.monotonic() + seconds
        self._loaded.peer.transcript = Transcript(expected=expected)
        return self._loaded.peer.transcript

    def begin(self, what: str) -> None:
        """Nothing to prepare: the line keeps the limit."""

    def timed_out(self) -> Failure:
        return failures.timed_out("It", 0)

    def hung_up(self) -> Failure:
        return failures.interfered()

    def broke_protocol(self) -> Failure:
        return failures.interfered()

    def received(self, size: int) -> None:
        """Nothing to count: the answer is the bundle's own."""
