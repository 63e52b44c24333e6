"""What a run found: the record that everything after a grading reads, and its JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from grader.results.plots import Plot

Outcome = Literal["passed", "failed", "error"]
Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
VISIBILITIES: Final[tuple[Visibility, ...]] = get_args(Visibility)
_DIGITS: Final = 4


@dataclass(frozen=True)
class TestResult:
    """One test of a run.

    Attributes:
        name: the test's name in the suite, with its case in brackets.
        title: what it checks, as the student reads it.
        outcome: "passed", "failed" (the student's) or "error" (ours).
        visibility: when a student may see this result.
        message: what is wrong, for the student; "" when passed.
        diagnosis: the misconception the answer matches, in the author's words; None where none is known.
        wrong: the name of the known-wrong answer that the diagnosis comes from.
        output: what the student's code printed, for tests that students can read; "" otherwise.
        file, line: where in the student's own files an exception was raised, or where the syntax error is; else None.
        fingerprint: of all that the student's code did in a failed test: two answers that returned the same to the
            same seed have the same one; "" where it passed, or nothing was called.
        duration_ms: wall-clock time.
    """

    __test__ = False  # pytest: not a test, though it is called one

    name: str
    title: str
    points: float
    max_points: float
    outcome: Outcome
    visibility: Visibility = "visible"
    message: str = ""
    diagnosis: str | None = None
    wrong: str | None = None
    hint: str | None = None
    output: str = ""
    file: str | None = None
    line: int | None = None
    pictures: tuple[Plot, ...] = ()
    fingerprint: str = ""
    duration_ms: float = 0.0

    @property
    def explanation(self) -> str:
        """All that is said about a test that did not pass: message, diagnosis and hint, as paragraphs."""
        return "\n\n".join(filter(None, (self.message, self.diagnosis, self.hint)))

    def to_json(self) -> dict[str, Any]:
        """Return the test as plain data."""
        return {**vars(self), "pictures": [plot.to_json() for plot in self.pictures]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TestResult":
        """Return the test that `to_json` wrote."""
        return cls(**{**data, "pictures": tuple(map(Plot.from_json, data["pictures"]))})


@dataclass(frozen=True)
class RunResult:
    """One grading of one submission by one version; immutable once finished.

    Attributes:
        outcome: "graded", or "not graded": our fault, never a zero.
        score, max_score: points, None where not graded.
        version: the bundle's content hash.
        submission: the submission's content hash.
        seed: the secret the hidden inputs were drawn from; the same seed repeats the run.
        duration_ms: wall-clock time of the whole grading.
        message: one sentence about the whole: why nothing could be called, or why it was not graded.
        peak_memory_mib: the most memory the student's process held, with the libraries loaded beforehand.
    """

    outcome: Literal["graded", "not graded"]
    score: float | None
    max_score: float
    version: str
    submission: str
    seed: int
    duration_ms: float
    tests: tuple[TestResult, ...] = ()
    message: str = ""
    peak_memory_mib: float = 0.0
    assignment: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the run as plain data for `json.dump`; the fields are documented in docs/results.md."""
        return {**vars(self), "tests": [test.to_json() for test in self.tests]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunResult":
        """Return the run that `to_json` wrote."""
        return cls(**{**data, "tests": tuple(map(TestResult.from_json, data["tests"]))})

    def failed(self) -> tuple[TestResult, ...]:
        """Return the tests that did not pass."""
        return tuple(test for test in self.tests if test.outcome != "passed")


def score_of(tests: Iterable[TestResult]) -> float:
    """Return the sum of points; thirds of a point add up to whole ones."""
    return round(float(sum(Fraction(test.points).limit_denominator(10_000) for test in tests)), _DIGITS)
