"""One submission at the bench: its sandbox, another one when that dies, and the limits of the run."""

import hashlib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grader import limits
from grader.bundle.bundle import Bundle
from grader.feedback import failures
from grader.feedback.failures import Failure
from grader.judge.sandboxes import Ending, NoSandboxError, Output, Sandbox
from grader.judge.student import Guard, Loaded, StudentPeer, load
from grader.judge.transcript import Transcript
from grader.text import plain
from grader.wire.link import SocketLink
from grader.wire.peer import Request

_LOADING_FACTOR: Final = 2.0  # a module's import may take longer than a call: it may call its own functions
_BYTES_PER_FRAME: Final = 1024  # what is noted down of each, however short


@dataclass(frozen=True)
class Order:
    """What the host asks of a run.

    Attributes:
        files: the submission.
        unreadable: why there is nothing in it to load, "" mostly.
        seed: the run's secret; the sandbox is given a seed derived from it, from which it cannot be computed.
        stop_at_first_failure: for mutants, of which only that is asked.
        diagnosis_seconds: how long failing tests are held against the known-wrong answers.
        public_only: leave out the tests that students cannot read.
        leave_out: a known-wrong answer that no failing test is compared with.
    """

    files: Mapping[str, bytes]
    unreadable: str
    seed: int
    stop_at_first_failure: bool
    diagnosis_seconds: float
    public_only: bool
    leave_out: str


class Session(Guard):
    """Runs one submission in sandboxes, within the limits of its assignment."""

    def __init__(self, bundle: Bundle, order: Order) -> None:
        super().__init__(order.files)
        self._limits = bundle.manifest.limits
        self.memory_mib = self._limits.memory_mib
        self._cpu_seconds = math.ceil(self._limits.run_seconds)
        seed = sandbox_seed(order.seed)
        self._load_arguments = (dict(order.files), bundle.module, bundle.support, seed, self.memory_mib)
        self._ends_at = time.monotonic() + self._limits.run_seconds
        self._sandbox: Sandbox | None = None
        self._link: SocketLink | None = None
        self._loaded: Loaded | None = None
        self.unloadable = failures.Unloadable(order.unreadable) if order.unreadable else None
        self._what = "Your code"
        self._output = Output()
        self._transcript = Transcript()
        self._received_bytes = 0
        self._last_failure: Exception = failures.interfered()
        self.peak_kib = 0
        self.odd = False
        self.lost = False

    def lose(self) -> None:
        """Give up on this bench: it has no sandboxes, or something outside kills them."""
        self.lost = self.odd = True

    def begin_test(self, seed: int) -> Transcript:
        """Start a test with fresh random generators; return its transcript.

        Raises:
            TimedOut: the run's time is up.
            Failure: the submission cannot be loaded.
            NoSandboxError: the bench has no sandbox: our fault.
        """
        self._check_time()
        fresh = self._loaded is None
        try:
            self._reseed(seed)
        except Failure as failure:
            if fresh or self.unloadable is not None:
                raise
            self._kill(failure)  # what an earlier test did to the process must not spoil this one
            self._reseed(seed)
        self._transcript = self.load().peer.transcript = Transcript()
        return self._transcript

    def _reseed(self, seed: int) -> None:
        peer = self.load().peer
        peer.transcript = Transcript()  # of what no test did
        peer.request(Request("reseed", arguments=(seed,)))

    def load(self) -> Loaded:
        """Return the loaded submission, in a new sandbox if the last one is gone.

        Raises:
            Failure: it cannot be loaded; the same each time, without another try.
            NoSandboxError: the bench has no sandbox: our fault.
        """
        if self.unloadable is not None:
            raise self.unloadable
        if self._loaded is None:
            self._check_time()
            self._loaded = self._load_in_new_sandbox()
            self._loaded.peer.transcript = self._transcript
        return self._loaded

    def take_output(self) -> str:
        """Return what the student's code printed since this was last asked, up to the limit."""
        if self._sandbox is not None:
            self._keep(self._sandbox.output())
        output, self._output = self._output, Output()
        text = output.text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        kept = plain(text[: self._limits.output_kib * 1024])
        return kept + "\n… (the rest was cut)" if output.truncated or len(kept) < len(text) else kept

    def close(self) -> None:
        """End the last sandbox, and note what it used."""
        if self._sandbox is not None:
            self._end(self._sandbox.end())

    def begin(self, what: str) -> None:
        """Set the deadline of a call."""
        self._what = "Loading your file" if self.loading else what
        if self._link is not None:
            self._link.deadline = min(time.monotonic() + self._seconds(), self._ends_at)

    def timed_out(self) -> Failure:
        """End a sandbox that did not answer in time."""
        over = time.monotonic() >= self._ends_at
        failure = self._run_over() if over else failures.timed_out(self._what, self._seconds())
        return self._kill(failure)

    def hung_up(self) -> Exception:
        """Return the failure for a sandbox that hung up; if the judge ended it, the reason stays what it was."""
        if self._sandbox is None:
            return self._last_failure
        self.odd = True
        ending = self._sandbox.how_it_ended()
        self._end(ending)
        if ending.killed_from_outside(self.memory_mib):
            self._last_failure = NoSandboxError("the sandbox was killed by something else than what ran in it")
        else:
            self._last_failure = failures.crashed(self._what, ending.status, self._cpu_seconds)
        return self._last_failure

    def broke_protocol(self) -> Failure:
        """End a sandbox that answered what our own runtime never sends."""
        return self._kill(failures.interfered())

    def received(self, size: int) -> None:
        """Count received bytes; end a sandbox that sends too much before it fills the judge's memory."""
        self._received_bytes += size + _BYTES_PER_FRAME
        if self._received_bytes > limits.MAX_RUN_BYTES:
            raise self._kill(failures.too_much(limits.MAX_RUN_BYTES // 2**20))
        if self._link is not None and self._link.deadline is not None and time.monotonic() >= self._link.deadline:
            raise self.timed_out()  # what takes this long to read took as long as a call that is slow

    def _load_in_new_sandbox(self) -> Loaded:
        self._sandbox = Sandbox(self._cpu_seconds)
        self._link = SocketLink(self._sandbox.channel)
        peer = StudentPeer(self._link, self)
        self.loading = True
        try:
            loaded = load(peer, self._load_arguments)
        except Failure as failure:
            if time.monotonic() >= self._ends_at:
                raise  # the time of the run is up, which says nothing about loading
            self.unloadable = failures.Unloadable(failure.message, detail=failure.detail, place=failure.place)
            raise self.unloadable from None
        finally:
            self.loading = False
        return loaded

    def _seconds(self) -> float:
        return self._limits.call_seconds * (_LOADING_FACTOR if self.loading else 1.0)

    def _check_time(self) -> None:
        if time.monotonic() >= self._ends_at:
            raise self._kill(self._run_over())  # what it left running would slow down what the judge still has to do

    def _run_over(self) -> Failure:
        return failures.run_over(self._limits.run_seconds)

    def _kill(self, failure: Failure) -> Failure:
        """End the sandbox, and keep the failure as the reason."""
        self._last_failure = failure
        if self._sandbox is not None:
            self.odd = True
            self._end(self._sandbox.end())
        return failure

    def _end(self, ending: Ending) -> None:
        self._keep(ending.output)
        self.peak_kib = max(self.peak_kib, ending.peak_kib)
        self._sandbox = self._link = self._loaded = None

    def _keep(self, output: Output) -> None:
        self._output = Output(self._output.text + output.text, self._output.truncated or output.truncated)


def sandbox_seed(seed: int) -> int:
    """Return the seed of a sandbox's global generators; only trying all seeds finds the run's secret from it."""
    return int.from_bytes(hashlib.sha256(f"sandbox {seed}".encode()).digest()[:8], "little")
