"""One run: every test of a suite with one submission, judged and diagnosed."""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from grader import environments, limits
from grader.feedback.failures import Failure, Missing, Raised, Unloadable
from grader.judge.cases import Case
from grader.judge.diagnosis import explain
from grader.judge.fingerprints import fingerprint_of
from grader.judge.replays import GENERIC, FinishedTest
from grader.judge.sandboxes import NoSandboxError
from grader.judge.session import Order, Session, sandbox_seed
from grader.judge.standin import StandIn
from grader.judge.student import Student
from grader.judge.suite import Suite
from grader.judge.transcript import Contradicted, Deed, Transcript
from grader.results.plots import Plot
from grader.results.run import TestResult
from grader.text import plain

_REHEARSAL_SECONDS: Final = 1.0
_UNUSABLE: Final = (
    "Your code returned something that this test cannot work with. "
    "Check the types and shapes that the docstring asks for."
)

Emit = Callable[[dict[str, Any]], None]


def run_suite(suite: Suite, order: Order, emit: Emit) -> None:
    """Run the tests; emit each result as it comes, then the diagnoses, then how the run ended."""
    _Run(suite, order, emit).run()


def rehearse(suite: Suite) -> None:
    """Run a public and a hidden test with the reference, for no one to see.

    A fresh fork shares its memory with the suite's process, and each page that a test touches is copied first. What
    every test touches is copied here, before the order comes, and not while a student waits.
    """
    environments.rehearse()
    for public in (True, False):
        case = next((case for case in suite.cases if case.public is public), None)
        if case is not None:
            suite.reference.begin_test(0, _REHEARSAL_SECONDS)
            suite.execute(case, Student(suite.reference.load, suite.functions), 0)


class _Run:
    def __init__(self, suite: Suite, order: Order, emit: Emit) -> None:
        self._suite = suite
        self._order = order
        self._emit = emit
        self._session = Session(suite.bundle, order)
        self._student = Student(self._session.load, suite.functions)
        self._finished: list[FinishedTest] = []

    def run(self) -> None:
        for case in self._suite.cases:
            if self._order.public_only and not case.public:
                continue
            test = self._test(case)
            self._finished.append(test)
            self._emit({"event": "test", "test": test.result.to_json()})
            if self._order.stop_at_first_failure and test.result.outcome == "failed":
                break
            if self._session.lost:
                break  # there is nothing to call any more, and the run is not graded already
        self._close()
        unloadable = self._session.unloadable
        if self._order.diagnosis_seconds and unloadable is None:
            self._diagnose()
        self._emit(
            {
                "event": "done",
                "message": unloadable.message if unloadable else "",
                "peak_kib": self._session.peak_kib,
                "odd": self._session.odd,
            }
        )

    def _close(self) -> None:
        try:
            self._session.close()
        except NoSandboxError:
            self._session.lose()  # it is gone already, and so is what it used

    def _test(self, case: Case) -> FinishedTest:
        begun = time.monotonic()
        transcript = Transcript()
        plots: tuple[Plot, ...] = ()
        try:
            transcript = self._session.begin_test(self._seed(case))
            error = self._suite.execute(case, self._student, self._order.seed)
            plots = self._suite.plots
            output = self._session.take_output() if case.public else ""
        except Exception as trouble:  # a Failure, NoSandboxError, or what the sandbox's own answers did to us
            error, output = trouble, ""
        outcome, message = self._verdict(case, error)
        file, line = _place(error)
        result = TestResult(
            name=case.name,
            title=case.title,
            points=float(case.points) if outcome == "passed" else 0.0,
            max_points=float(case.points),
            outcome=outcome,
            visibility=case.visibility,
            message=_fit(message),
            hint=case.hint if outcome == "failed" and not _is_beside_the_point(error) else None,
            output=output,
            file=file,
            line=line,
            pictures=plots,
            fingerprint=_fingerprint(transcript) if outcome == "failed" else "",
            duration_ms=round((time.monotonic() - begun) * 1000, 3),
        )
        return FinishedTest(case, result, transcript)

    def _seed(self, case: Case) -> int:
        return sandbox_seed(self._suite.seed_of(case, self._order.seed))

    def _verdict(self, case: Case, error: BaseException | None) -> tuple[Any, str]:
        if error is None:
            return "passed", ""
        if isinstance(error, Failure):
            return "failed", _told(error, public=case.public)
        if isinstance(error, (AssertionError, pytest.fail.Exception)):
            return "failed", self._own_words(error)
        if isinstance(error, NoSandboxError):
            self._session.lose()
            return "error", str(error)
        seconds = self._suite.bundle.manifest.limits.run_seconds
        _, error_of_reference = self._replay(self._suite.reference, case, seconds)
        if error_of_reference is None:
            return "failed", _UNUSABLE
        return "error", f"The test itself raised {type(error).__name__}: {error}"

    def _own_words(self, error: BaseException) -> str:
        """Return the sentence an author gave an assert; what a library says in its place may show hidden values."""
        if isinstance(error, pytest.fail.Exception) and str(error).startswith("DID NOT RAISE"):
            return "Your code was to raise an exception here, and did not."
        text = str(error) if self._suite.blames_suite(error) or isinstance(error, pytest.fail.Exception) else ""
        return text or GENERIC

    def _replay(
        self, answer: StandIn, case: Case, seconds: float, expected: Sequence[Deed] | None = None
    ) -> tuple[Transcript, BaseException | None]:
        transcript = answer.begin_test(self._seed(case), seconds, expected)
        error = self._suite.execute(case, Student(answer.load, self._suite.functions), self._order.seed)
        return transcript, error

    def _diagnose(self) -> None:
        explained = explain(
            self._suite,
            self._finished,
            self._replay,
            self._order.diagnosis_seconds,
            whole=not self._order.public_only,
            leave_out=self._order.leave_out,
        )
        try:
            for test, name in explained:
                text = self._suite.bundle.wrong[name].docstring
                result = replace(test.result, diagnosis=text, wrong=name, hint=None)  # which may be of another mistake
                self._emit({"event": "test", "test": result.to_json()})
        except (Exception, Contradicted):
            traceback.print_exc()  # a courtesy: no value that a student's code returned may cost the score for it


def _fingerprint(transcript: Transcript) -> str:
    try:
        return fingerprint_of(transcript.deeds)
    except Exception:  # a courtesy to staff: no value that a student's code returned may cost the score for it
        traceback.print_exc()
        return ""


def _is_beside_the_point(error: BaseException | None) -> bool:
    """Tell whether a hint would mislead: it is about a wrong answer, and here there is no answer."""
    return isinstance(error, (Unloadable, Missing, Raised))


def _place(error: BaseException | None) -> tuple[str | None, int | None]:
    return (error.place if isinstance(error, Failure) else None) or (None, None)


def _fit(message: str) -> str:
    """Return a message as it may be kept and shown, whatever of a student's it speaks of."""
    kept = plain(message[: limits.MAX_MESSAGE_CHARACTERS])
    return kept if len(message) <= limits.MAX_MESSAGE_CHARACTERS else f"{kept}… (the rest was cut)"


def _told(failure: Failure, *, public: bool) -> str:
    return f"{failure.message}\n{failure.detail}" if public and failure.detail else failure.message
