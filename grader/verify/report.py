"""What a verification found: the gate of an assignment, open or shut, and why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args

from grader.bundle.bundle import Bundle
from grader.bundle.suite import HIDDEN_TESTS
from grader.results.run import RunResult
from grader.verify.answers import Graded, GradedAnswer, answer_of
from grader.verify.plan import Kind, PlannedRun
from grader.verify.sizes import SizedCall, coincidences, functions_of

_HOPELESS: Final = 2  # a bench may break by chance once
_NAMED: Final = 3  # tests in one sentence
_MISTAKEN_PERCENT: Final = 5.0  # of the known-wrong answers, without themselves, may be called by another's name
_COMFORT: Final = 0.5  # the share of a limit that the reference may use: students' machines of thought are slower


@dataclass(frozen=True)
class Check:
    """One line of the report, with a sentence for each thing to act on; `diffs` are of surviving mutants."""

    title: str
    ok: bool
    summary: str
    problems: tuple[str, ...] = ()
    diffs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The gate of one assignment, and each answer that was graded."""

    slug: str
    version: str
    checks: tuple[Check, ...]
    answers: tuple[GradedAnswer, ...] = ()

    @property
    def gate_open(self) -> bool:
        """Whether the assignment may be published."""
        return all(check.ok for check in self.checks)

    @property
    def leave_one_out(self) -> dict[str, tuple[str, ...]]:
        """For each known-wrong answer, the names of others that it is called by where it is not itself listed."""
        return {answer.name: answer.diagnosed for answer in self.answers if answer.kind == "unlisted"}

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {**asdict(self), "gate_open": self.gate_open, "leave_one_out": self.leave_one_out}


def not_loadable(slug: str, version: str, problems: Sequence[str]) -> Report:
    """Return the report of an assignment that cannot even be read or collected."""
    return Report(slug, version, (Check("The assignment can be opened", False, "it cannot", tuple(problems)),))


class Verification:
    """Takes the runs of a bundle's plan as they come, in any order; `sizes` are those that its suite hands out."""

    def __init__(self, bundle: Bundle, sizes: Sequence[SizedCall] = ()) -> None:
        self._bundle = bundle
        self.sizes = sizes
        self._runs: defaultdict[str, list[Graded]] = defaultdict(list)

    def take(self, job: PlannedRun, run: RunResult) -> None:
        """Note the run of a job."""
        self._runs[job.kind].append((job, run))

    @property
    def is_hopeless(self) -> bool:
        """Whether the reference itself could not be graded twice, so that nothing more is to be learnt."""
        return sum(run.outcome != "graded" for _, run in self._runs["reference"]) >= _HOPELESS

    def report(self) -> Report:
        """Return what the runs say, in the order of the plan: which bench was quicker is no matter."""
        for runs in self._runs.values():
            runs.sort(key=lambda taken: taken[0].number)
        if self._runs["reference"] and not any(self._graded("reference")):  # the rest would hold of nothing
            return Report(self._bundle.slug, self._bundle.version, (self._all_graded(),), tuple(self._answers()))
        checks = (
            self._all_graded(),
            self._full_marks("reference", "The reference has full marks"),
            self._starter(),
            self._full_marks("right", "Every right answer has full marks"),
            self._wrong_lose(),
            self._wrong_diagnosed(),
            self._unlisted(),
            self._titles(),
            self._mutants(),
            self._sizes_differ(),
            self._same_scores(),
            self._within_limits(),
        )
        return Report(self._bundle.slug, self._bundle.version, checks, tuple(self._answers()))

    def _answers(self) -> Iterator[GradedAnswer]:
        for kind in get_args(Kind):
            gradings: defaultdict[tuple[str, str], list[Graded]] = defaultdict(list)
            for job, run in self._runs[kind]:
                gradings[job.name, job.mutant.diff if job.mutant else ""].append((job, run))
            yield from (answer_of(self._bundle, taken) for taken in gradings.values())

    def _all_graded(self) -> Check:
        problems = [
            f"{self._subject(job)} cannot be graded (seed {job.seed}): {run.message}"
            for runs in self._runs.values()
            for job, run in runs
            if run.outcome != "graded"
        ]
        count = sum(map(len, self._runs.values()))
        return _check("No answer makes the suite itself fail", f"{count} gradings", list(dict.fromkeys(problems)))

    def _full_marks(self, kind: str, title: str) -> Check:
        problems = []
        for job, run in self._graded(kind):
            if failed := run.failed():
                first = failed[0].message.partition("\n")[0]
                more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
                subject = f"{self._subject(job)} loses marks (seed {job.seed})"
                problems.append(f"{subject}: “{failed[0].title}”: {first}{more}")
        names = {job.name for job, _ in self._runs[kind]}
        return _check(title, f"{len(names)} answer{'s' if len(names) != 1 else ''}", _first_of_each(problems))

    def _starter(self) -> Check:
        most = self._bundle.manifest.lab.starter_max_percent
        worst = max((100.0 * (run.score or 0.0) / run.max_score for _, run in self._graded("starter")), default=0.0)
        problem = f"The starter scores {worst:.0f} %; at most {most:g} % is allowed by `lab.starter_max_percent`."
        return _check(f"The starter scores at most {most:g} %", f"{worst:.0f} %", [problem] if worst > most else [])

    def _wrong_lose(self) -> Check:
        problems = [
            f"{self._subject(job)} has full marks (seed {job.seed}): no test catches this mistake."
            for job, run in self._graded("wrong")
            if not run.failed()
        ]
        count = len({job.name for job, _ in self._runs["wrong"]})
        return _check("Every wrong answer loses marks", f"{count} answers", _first_of_each(problems))

    def _wrong_diagnosed(self) -> Check:
        problems = []
        diagnosed = [(job, run) for job, run in self._graded("wrong") if job.diagnose and run.failed()]
        unlisted = {job.name: _named(run) for job, run in self._graded("unlisted")}
        for job, run in diagnosed:
            named = _named(run) or unlisted.get(job.name, frozenset())  # it is not named beside its equal
            if not named:
                problems.append(f"{self._subject(job)} loses marks, but none of its failures is diagnosed.")
            others = sorted(named - {job.name} - self._bundle.manifest.also_true_of(job.name))
            problems += [
                f"{self._subject(job)} is taken for {self._path(f'wrong/{other}')}: no test tells the two apart."
                for other in others
            ]
        return _check("Every wrong answer is diagnosed as itself", f"{len(diagnosed)} answers", problems)

    def _unlisted(self) -> Check:
        runs = list(self._graded("unlisted"))
        problems = []
        for job, run in runs:
            others = sorted(_named(run) - self._bundle.manifest.also_true_of(job.name))
            if others:
                problems.append(f"{self._subject(job)} is called {', '.join(others)} where it is not itself listed.")
        share = 100.0 * len(problems) / len(runs) if runs else 0.0
        title = f"At most {_MISTAKEN_PERCENT:g} % of unlisted mistakes are called by another's name"
        summary = f"{len(problems)} of {len(runs)} ({share:.0f} %)"
        return Check(title, share <= _MISTAKEN_PERCENT, summary, tuple(problems))

    def _titles(self) -> Check:
        problems = [
            f"{test.file}: the title of `{test.name}` shows `{{{name}}}`, which the test compares the answer with; "
            "leave it out of the title."
            for test in self._bundle.tests
            for name in test.shown_answers
        ]
        count = sum(test.file == HIDDEN_TESTS for test in self._bundle.tests)
        return _check("No title of a hidden test shows an expected value", f"{count} titles", problems)

    def _mutants(self) -> Check:
        least = self._bundle.manifest.lab.mutants_min_percent
        runs = list(self._graded("mutant"))
        survivors = [job for job, run in runs if not run.failed()]
        killed = len(runs) - len(survivors)
        share = 100.0 * killed / len(runs) if runs else 100.0
        folder = "reference.py: " if len(self._bundle.reference) == 1 else "reference/"
        problems = [f"{folder}{job.name} No test notices." for job in survivors]
        diffs = tuple(job.mutant.diff for job in survivors if job.mutant is not None)
        title = f"At least {least:g} % of the reference's mutants are caught"
        return Check(title, share >= least, f"{killed} of {len(runs)} ({share:.0f} %)", tuple(problems), diffs)

    def _sizes_differ(self) -> Check:
        count = len(functions_of(self.sizes))
        summary = f"{count} function{'s' if count != 1 else ''}"
        return _check("Sizes of different meaning differ", summary, coincidences(self.sizes))

    def _same_scores(self) -> Check:
        taken: defaultdict[str, list[Graded]] = defaultdict(list)
        for kind in ("reference", "starter", "right", "wrong"):
            for job, run in self._graded(kind):
                taken[self._subject(job)].append((job, run))
        problems = [f"{subject} scores {chance}" for subject, runs in taken.items() if (chance := _by_chance(runs))]
        count = sum(map(len, taken.values()))
        return _check("Ten seeds, one thread or two: one score", f"{count} gradings", problems)

    def _within_limits(self) -> Check:
        limits = self._bundle.manifest.limits
        runs = [run for _, run in self._graded("reference")]
        slowest = sorted(run.duration_ms for run in runs)[len(runs) // 2] / 1000 if runs else 0.0
        test = max((_median_test_seconds(runs)), default=0.0)
        memory = max((run.peak_memory_mib for run in runs), default=0.0)
        problems = []
        if slowest > _COMFORT * limits.run_seconds:
            problems.append(f"The reference takes {slowest:.1f} s of `limits.run_seconds` = {limits.run_seconds:g}.")
        if test > _COMFORT * limits.call_seconds:
            problems.append(f"A test of the reference takes {test:.2f} s; a call has {limits.call_seconds:g} s.")
        summary = f"{slowest * 1000:.0f} ms and {memory:.0f} MiB a run"
        return _check("The reference stays well within the limits", summary, problems)

    def _subject(self, job: PlannedRun) -> str:
        match job.kind:
            case "reference" | "starter":
                return self._path(job.kind)
            case "right" | "wrong":
                return self._path(f"{job.kind}/{job.name}")
            case "unlisted":
                return self._path(f"wrong/{job.name}")
            case "mutant":
                return f"A mutant of the reference ({job.name.rstrip('.')})"
            case _:
                return f"An answer that returns {job.name}"

    def _path(self, answer: str) -> str:
        """Return the path of an answer, which is a file or a folder."""
        return f"{answer}.py" if f"{answer}.py" in self._bundle.files else f"{answer}/"

    def _graded(self, kind: str) -> Iterator[Graded]:
        return ((job, run) for job, run in self._runs[kind] if run.outcome == "graded")


def _named(run: RunResult) -> frozenset[str]:
    return frozenset(test.wrong for test in run.failed() if test.wrong)


def _check(title: str, summary: str, problems: Sequence[str]) -> Check:
    return Check(title, not problems, summary, tuple(problems))


def _median_test_seconds(runs: Sequence[RunResult]) -> Iterator[float]:
    for results in zip(*(run.tests for run in runs), strict=True):
        yield sorted(test.duration_ms for test in results)[len(results) // 2] / 1000


def _by_chance(taken: Sequence[Graded]) -> str:
    """Return the scores of one answer and the tests that differ, as the end of a sentence; "" for one score."""
    jobs: dict[float, PlannedRun] = {}
    for job, run in taken:
        jobs.setdefault(run.score or 0.0, job)
    if len(jobs) < 2:
        return ""
    scores = " or ".join(
        f"{score:g} (seed {job.seed}, {job.threads} thread{'s' if job.threads > 1 else ''})"
        for score, job in sorted(jobs.items())
    )
    return f"{scores}; the difference is at {_differing([run for _, run in taken])}."


def _differing(runs: Sequence[RunResult]) -> str:
    """Return the titles of the tests that gave some of the runs more points than others."""
    points: defaultdict[str, set[float]] = defaultdict(set)
    for run in runs:
        for test in run.tests:
            points[f"“{test.title}”"].add(test.points)
    titles = [title for title, found in points.items() if len(found) > 1]
    return ", ".join(titles[:_NAMED]) + (f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else "")


def _first_of_each(problems: Sequence[str]) -> list[str]:
    """Keep one sentence of each answer: the others differ by the seed alone."""
    return list({problem.partition("(seed")[0]: problem for problem in reversed(problems)}.values())[::-1]
