"""Each answer that a verification graded, with its verdict: the rows under the gate's checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from grader.bundle.bundle import Bundle
from grader.results.run import RunResult
from grader.verify.plan import Kind, PlannedRun

_MAX_FAILED: Final = 50


@dataclass(frozen=True)
class GradedAnswer:
    """One answer, over all its gradings.

    Attributes:
        verdict: what came of it, as a sentence.
        ok: whether the verdict is the expected one.
        runs: how often it was graded.
        scores: more than one if they depend on the seed or on the number of threads.
        milliseconds: the median of a grading.
        memory_mib: the most that the answer's process held.
        failed: titles of tests that it failed, the first ones.
        diagnosed: the known-wrong answers that its diagnoses named.
        line, description, diff: of a mutant: where, what, and as a unified diff.
    """

    kind: Kind
    name: str
    verdict: str
    ok: bool
    runs: int
    scores: tuple[float, ...]
    max_score: float
    milliseconds: float
    memory_mib: float
    failed: tuple[str, ...] = ()
    diagnosed: tuple[str, ...] = ()
    line: int | None = None
    description: str = ""
    diff: str = ""


Graded = tuple[PlannedRun, RunResult]


def answer_of(bundle: Bundle, taken: Sequence[Graded]) -> GradedAnswer:
    """Return what the gradings of one answer say together; there is at least one."""
    job, runs = taken[0][0], [run for _, run in taken]
    ungraded = next((run for run in runs if run.outcome != "graded"), None)
    failed = tuple(dict.fromkeys(test.title for run in runs for test in run.failed()))
    diagnosed = tuple(dict.fromkeys(test.wrong for run in runs for test in run.failed() if test.wrong))
    if ungraded is not None:
        verdict, ok = f"It cannot be graded: {ungraded.message}", False
    else:
        verdict, ok = _VERDICTS[job.kind](bundle, taken)
    return GradedAnswer(
        kind=job.kind,
        name=job.name,
        verdict=verdict,
        ok=ok,
        runs=len(runs),
        scores=tuple(sorted({run.score for run in runs if run.score is not None})),
        max_score=max(run.max_score for run in runs),
        milliseconds=round(median(run.duration_ms for run in runs), 1),
        memory_mib=round(max(run.peak_memory_mib for run in runs), 1),
        failed=failed[:_MAX_FAILED],
        diagnosed=diagnosed,
        line=job.mutant.line if job.mutant else None,
        description=job.mutant.description if job.mutant else "",
        diff=job.mutant.diff if job.mutant else "",
    )


def _full_marks(_: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    lost = next((run.failed()[0] for _, run in taken if run.failed()), None)
    return ("Full marks.", True) if lost is None else (f"Loses marks at “{lost.title}”.", False)


def _little(bundle: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    percent = max(100.0 * (run.score or 0.0) / run.max_score if run.max_score else 0.0 for _, run in taken)
    return f"Scores {percent:.0f} %.", percent <= bundle.manifest.lab.starter_max_percent


def _loses(bundle: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    if any(not run.failed() for _, run in taken):
        return "Has full marks: no test catches this mistake.", False
    job = taken[0][0]
    named = {test.wrong for job, run in taken if job.diagnose for test in run.failed() if test.wrong}
    others = sorted(named - {job.name} - bundle.manifest.also_true_of(job.name))
    if others:
        return f"Loses marks, and is taken for {', '.join(others)}.", False
    return ("Loses marks and is recognised.", True) if named else ("Loses marks, but is not recognised.", False)


def _is_called(bundle: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    name = taken[0][0].name
    named = {test.wrong for _, run in taken for test in run.failed() if test.wrong}
    others = sorted(named - bundle.manifest.also_true_of(name))
    if others:
        return f"Without itself it is called {', '.join(others)}.", False
    return (f"Called {', '.join(sorted(named))}, as declared." if named else "Nothing is said of it."), True


def _is_caught(_: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    caught = next((run.failed()[0] for _, run in taken if run.failed()), None)
    return ("Survives: no test notices.", False) if caught is None else (f"Caught by “{caught.title}”.", True)


def _is_met(_: Bundle, taken: Sequence[Graded]) -> tuple[str, bool]:
    most = max(run.score or 0.0 for _, run in taken)
    return f"Graded: {most:g} point{'' if most == 1 else 's'}.", True


_VERDICTS: Final[Mapping[Kind, Callable[[Bundle, Sequence[Graded]], tuple[str, bool]]]] = {
    "reference": _full_marks,
    "starter": _little,
    "right": _full_marks,
    "wrong": _loses,
    "unlisted": _is_called,
    "mutant": _is_caught,
    "odd": _is_met,
}
