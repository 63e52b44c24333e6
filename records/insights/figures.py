"""Figures of each test over a class: who passes, whether it discriminates, which mistakes it finds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median
from typing import Final

ENOUGH: Final = 10  # students: of fewer, a correlation says nothing
_LEAST_DISCRIMINATION: Final = 0.1
_DIGITS: Final = 3


@dataclass(frozen=True)
class Finding:
    """One test of a run; see `grader.results.run.TestResult` for the fields."""

    name: str
    title: str
    points: float
    max_points: float
    passed: bool
    message: str = ""
    wrong: str | None = None
    diagnosis: str | None = None
    fingerprint: str = ""
    duration_ms: float = 0.0

    @cached_property
    def function(self) -> str:
        """The test without its case."""
        return self.name.partition("[")[0]


@dataclass(frozen=True)
class Answer:
    """One student's graded submission; `message` says why nothing of it could be called."""

    person_id: str
    submission_id: str
    run_id: str
    version_hash: str
    seed: int
    message: str
    findings: tuple[Finding, ...]

    @cached_property
    def points(self) -> float:
        """The sum of its tests' points."""
        return sum(finding.points for finding in self.findings)

    @cached_property
    def by_function(self) -> Mapping[str, Sequence[Finding]]:
        """The cases of each test."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.function].append(finding)
        return dict(found)

    @cached_property
    def failed(self) -> tuple[Finding, ...]:
        """The tests that did not pass."""
        return tuple(finding for finding in self.findings if not finding.passed)

    @cached_property
    def mistake(self) -> str | None:
        """The known-wrong answer that explains most failed tests; None if none explains any."""
        costs: Counter[str] = Counter()
        for finding in self.failed:
            if finding.wrong is not None:
                costs[finding.wrong] += 1
        return costs.most_common(1)[0][0] if costs else None


@dataclass(frozen=True)
class Mistake:
    """A known-wrong answer, the words for it, and how many answers match it."""

    wrong: str
    diagnosis: str
    count: int


@dataclass(frozen=True)
class CaseFigures:
    """One case of a parametrised test."""

    name: str
    passed: int
    students: int


@dataclass(frozen=True)
class TestFigures:
    """Figures of one test over a class; it is passed where all its cases are.

    Attributes:
        students, passed: how many students have it, and how many passed.
        first_students, first_passed: the same of their first attempts.
        discrimination: correlation of passing it with the points of all other tests; None if unknown.
        milliseconds: the median time.
        mistakes: the most frequent first.
        concerns: sentences for the author.
    """

    __test__ = False  # pytest: not a test, though it is called one

    name: str
    title: str
    max_points: float
    students: int
    passed: int
    first_students: int
    first_passed: int
    discrimination: float | None
    milliseconds: float
    mistakes: tuple[Mistake, ...]
    cases: tuple[CaseFigures, ...]
    concerns: tuple[str, ...]

    @property
    def rate(self) -> float:
        """The share of students who pass."""
        return self.passed / self.students

    @property
    def first_rate(self) -> float | None:
        """The share of students who passed at their first attempt; None if unknown."""
        return self.first_passed / self.first_students if self.first_students else None


def figures(answers: Sequence[Answer], firsts: Sequence[Answer]) -> list[TestFigures]:
    """Return the figures of each test, in the order of the suite.

    There is one answer of each student, all graded by one version; the first ones are perhaps graded by another.
    """
    first_passes = _passes(firsts)
    found = []
    for function, passes in _passes(answers).items():
        first = first_passes.get(function, {})
        findings = [finding for answer in answers for finding in answer.by_function.get(function, ())]
        discrimination = _discrimination(answers, function, passes)
        rate = fmean(passes.values())
        found.append(
            TestFigures(
                name=function,
                title=findings[0].title,
                max_points=round(_cost(answers[0], function, lambda one: one.max_points), _DIGITS),
                students=len(passes),
                passed=sum(passes.values()),
                first_students=len(first),
                first_passed=sum(first.values()),
                discrimination=discrimination,
                milliseconds=median(
                    _cost(answer, function, lambda one: one.duration_ms)
                    for answer in answers
                    if answer.person_id in passes
                ),
                mistakes=_mistakes(findings, answers, function),
                cases=_cases(findings),
                concerns=tuple(_concerns(rate, discrimination)),
            )
        )
    return found


def _passes(answers: Iterable[Answer]) -> dict[str, dict[str, bool]]:
    """Return by test who has it, and whether they passed all its cases."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for answer in answers:
        for finding in answer.findings:
            theirs = found[finding.function]
            theirs[answer.person_id] = theirs.get(answer.person_id, True) and finding.passed
    return found


def _cost(answer: Answer, function: str, of: Callable[[Finding], float]) -> float:
    return sum(map(of, answer.by_function.get(function, ())))


def _discrimination(answers: Sequence[Answer], function: str, passes: Mapping[str, bool]) -> float | None:
    if len(passes) < ENOUGH:
        return None
    rows = [
        (float(passes[answer.person_id]), answer.points - _cost(answer, function, lambda one: one.points))
        for answer in answers
        if answer.person_id in passes
    ]
    xs, ys = [x for x, _ in rows], [y for _, y in rows]
    mean_x, mean_y = fmean(xs), fmean(ys)
    spread = sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys)
    together = sum((x - mean_x) * (y - mean_y) for x, y in rows)
    return round(together / spread**0.5, 2) if spread > 1e-12 else None


def _mistakes(findings: Iterable[Finding], answers: Iterable[Answer], function: str) -> tuple[Mistake, ...]:
    words = {one.wrong: one.diagnosis or "" for one in findings if one.wrong is not None}
    counts = Counter(
        wrong
        for answer in answers
        for wrong in {one.wrong for one in answer.by_function.get(function, ()) if one.wrong is not None}
    )
    return tuple(Mistake(wrong, words[wrong], count) for wrong, count in counts.most_common())


def _cases(findings: Iterable[Finding]) -> tuple[CaseFigures, ...]:
    of: dict[str, list[bool]] = defaultdict(list)
    for finding in findings:
        of[finding.name.partition("[")[2].removesuffix("]")].append(finding.passed)
    return tuple(CaseFigures(name, sum(passed), len(passed)) for name, passed in of.items()) if len(of) > 1 else ()


def _concerns(rate: float, discrimination: float | None) -> Iterable[str]:
    if rate == 1:
        yield "Everyone passes it, so it tells nobody apart."
    elif rate == 0:
        yield "Nobody passes it. Does the statement ask for what it checks?"
    elif discrimination is not None and discrimination < 0:
        yield "Those who fail it do better at the rest than those who pass. Look for a mistake in the test."
    elif discrimination is not None and discrimination < _LEAST_DISCRIMINATION:
        yield "Passing it has little to do with the rest. Is it ambiguous, or about something else?"
