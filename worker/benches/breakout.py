"""The check of a sandbox's isolation: a submission that tries to break out of it, in every way that is blocked."""

from dataclasses import dataclass
from importlib.resources import as_file, files

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from worker.benches.bench import Bench
from worker.benches.grading import BenchError


@dataclass(frozen=True)
class IsolationCheck:
    """One part of the isolation: its title, whether it holds, and what got through."""

    title: str
    holds: bool
    message: str = ""


def check_isolation(bench: Bench) -> list[IsolationCheck]:
    """Try every part of the isolation of a bench's sandbox from inside.

    Raises:
        BenchError: the check itself could not be run.
    """
    bundle = _bundle()
    run = bench.grade(bundle, SubmittedFiles(bundle.right["escape"].files), diagnosis_seconds=0.0)
    if run.outcome != "graded":
        raise BenchError(run.message)
    return [IsolationCheck(test.title, test.outcome == "passed", test.message) for test in run.tests]


def _bundle() -> Bundle:
    with as_file(files("worker.benches") / "isolation_check") as folder:
        return read_bundle(folder)
