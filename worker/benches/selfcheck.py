"""The check of a sandbox's isolation: a submission that tries to break out of it, in every way that is blocked."""

from dataclasses import dataclass
from importlib.resources import as_file, files

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from worker.benches.bench import Bench
from worker.benches.grading import BenchError


@dataclass(frozen=True)
class SelfCheck:
    """One part of the isolation: its title, whether it holds, and what got through."""

    title: str
    holds: bool
    message: str = ""


def check_isolation(bench: Bench) -> list[SelfCheck]:
    """Try every part of a sandbox's isolation from inside; raise BenchError if the check cannot be run."""
    bundle = _bundle()
    run = bench.grade(bundle, SubmittedFiles(bundle.right["escape"].files), diagnosis_seconds=0.0)
    if run.outcome != "graded":
        raise BenchError(run.message)
    return [SelfCheck(test.title, test.outcome == "passed", test.message) for test in run.tests]


def _bundle() -> Bundle:
    with as_file(files("worker.benches") / "isolation_check") as folder:
        return read_bundle(folder)
