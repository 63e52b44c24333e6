"""One grading as its results come in, and the run that they add up to."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult, TestResult, score_of

OnTest = Callable[[TestResult], None]


class BenchError(RuntimeError):
    """The bench could not do its work: our fault, and no student's."""


class TooSlow(BenchError):
    """The judge did not answer in time."""


class UnloadableSuite(BenchError):
    """The author's own files do not work inside the judge; `problems` holds a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Grading:
    """One grading as its results come in; see `Bench.grade` for the arguments."""

    def __init__(
        self, bundle: Bundle, submission: SubmittedFiles, seed: int, on_test: OnTest, *, public_only: bool = False
    ) -> None:
        self._bundle = bundle
        self._submission = submission
        self._on_test = on_test
        self._max_score = bundle.points_of(public_only=public_only)
        self._tests: dict[str, TestResult] = {}
        self.seed = seed

    def follow(self, events: Iterator[dict[str, Any]]) -> dict[str, Any]:
        """Take events until the one that ends the run, and return that; raise BenchError if there is none."""
        for event in events:
            if event["event"] == "done":
                return event
            test = TestResult.from_json(event["test"])
            self._tests[test.name] = test
            self._on_test(test)
        raise BenchError("the judge stopped in the middle of a run")

    def run(self, done: Mapping[str, Any], begun: float) -> RunResult:
        """Return the run: `done` is the event that ended it, `begun` when it began by the monotonic clock."""
        broken = [test for test in self._tests.values() if test.outcome == "error"]
        if broken:
            return self.not_graded(f"{broken[0].name}: {broken[0].message}", begun)
        peak = round(done["peak_kib"] / 1024, 1)
        return self._finished("graded", done["message"], begun, score_of(self._tests.values()), peak)

    def not_graded(self, reason: str, begun: float) -> RunResult:
        """Return the run that our own trouble ended, with what is known by now."""
        return self._finished("not graded", reason, begun, None, 0.0)

    def _finished(
        self, outcome: Literal["graded", "not graded"], message: str, begun: float, score: float | None, peak: float
    ) -> RunResult:
        return RunResult(
            outcome=outcome,
            score=score,
            max_score=round(float(self._max_score), 4),
            version=self._bundle.version,
            submission=self._submission.id,
            seed=self.seed,
            duration_ms=round((time.monotonic() - begun) * 1000, 3),
            tests=tuple(self._tests.values()),
            message=message,
            peak_memory_mib=peak,
            assignment=self._bundle.slug,
        )
